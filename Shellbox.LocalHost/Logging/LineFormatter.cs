using System.Globalization;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;

namespace Shellbox.LocalHost.Logging;

/// <summary>
/// Writes one line an entry: the time (UTC), the level, the function or the last part of the category, the message, the exception. Only an
/// error whose exception nobody foresaw has more lines, its stack, indented.
/// </summary>
internal sealed class LineFormatter(IOptionsMonitor<LineFormatterOptions> options, TimeProvider time) : ConsoleFormatter(FormatterName)
{
    public const string FormatterName = "lines";

    private const string FunctionPrefix = "Function.";
    private const string Indent = "    ";
    private const string Uncoloured = "\e[39m\e[22m";

    /// <inheritdoc/>
    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var message = logEntry.Formatter(logEntry.State, logEntry.Exception);
        var exception = logEntry.Exception is null ? null : ExceptionText.Of(logEntry.Exception);
        if (string.IsNullOrEmpty(message) && exception is null)
            return;

        var word = LevelName(logEntry.LogLevel);
        textWriter.Write(time.GetUtcNow().UtcDateTime.ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture));
        textWriter.Write(' ');
        textWriter.Write(options.CurrentValue.Colour && Colour(logEntry.LogLevel) is { } colour ? colour + word + Uncoloured : word);
        textWriter.Write(' ');
        textWriter.Write(ShortCategory(logEntry.Category));
        textWriter.Write(": ");
        textWriter.Write(ToSingleLine(message));
        if (exception is not null)
        {
            if (!string.IsNullOrEmpty(message))
                textWriter.Write(' ');
            textWriter.Write(ToSingleLine(exception.Summary));
        }

        textWriter.Write(Environment.NewLine);
        if (exception?.Stack is { } stack && logEntry.LogLevel >= LogLevel.Error)
            WriteStack(stack, textWriter);
    }

    /// <summary>The function's name for what is logged for it or by it, else the last part.</summary>
    internal static string ShortCategory(string category)
    {
        if (category.StartsWith(FunctionPrefix, StringComparison.Ordinal))
        {
            var name = category[FunctionPrefix.Length..];
            var end = name.IndexOf('.', StringComparison.Ordinal);
            return end < 0 ? name : name[..end];
        }

        // A generic type's arguments have dots of their own.
        var generic = category.AsSpan().IndexOfAny('<', '[', '`');
        var plain = generic < 0 ? category : category[..generic];
        return plain[(plain.LastIndexOf('.') + 1)..];
    }

    /// <summary>One line without control characters, so that what is logged cannot look like another entry or steer the terminal.</summary>
    internal static string ToSingleLine(string? text)
    {
        if (string.IsNullOrEmpty(text) || !text.Any(char.IsControl))
            return text ?? string.Empty;
        var folded = new System.Text.StringBuilder(text.Length);
        foreach (var part in text.Split(['\r', '\n'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (folded.Length > 0)
                folded.Append(' ');
            foreach (var character in part)
                folded.Append(char.IsControl(character) ? ' ' : character);
        }

        return folded.ToString();
    }

    private static void WriteStack(string stack, TextWriter writer)
    {
        foreach (var frame in stack.Split(['\r', '\n'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            writer.Write(Indent);
            writer.Write(ToSingleLine(frame));
            writer.Write(Environment.NewLine);
        }
    }

    private static string LevelName(LogLevel level) =>
        level switch
        {
            LogLevel.Trace => "trce",
            LogLevel.Debug => "dbug",
            LogLevel.Information => "info",
            LogLevel.Warning => "warn",
            LogLevel.Error => "fail",
            _ => "crit",
        };

    private static string? Colour(LogLevel level) =>
        level switch
        {
            LogLevel.Trace or LogLevel.Debug => "\e[2m",
            LogLevel.Information => "\e[32m",
            LogLevel.Warning => "\e[33m",
            _ => "\e[1m\e[31m",
        };
}
