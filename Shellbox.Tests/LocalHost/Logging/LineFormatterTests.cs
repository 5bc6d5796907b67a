using System.Net;
using System.Runtime.CompilerServices;
using Azure;
using Microsoft.Azure.WebJobs.Host;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Shellbox.LocalHost.Logging;
using Xunit;

namespace Shellbox.Tests.LocalHost.Logging;

public class LineFormatterTests
{
    private static readonly DateTimeOffset Time = new(2026, 11, 29, 21, 4, 5, 67, TimeSpan.Zero);

    [Theory]
    [InlineData(LogLevel.Trace, "trce")]
    [InlineData(LogLevel.Debug, "dbug")]
    [InlineData(LogLevel.Information, "info")]
    [InlineData(LogLevel.Warning, "warn")]
    [InlineData(LogLevel.Error, "fail")]
    [InlineData(LogLevel.Critical, "crit")]
    public void An_entry_is_one_line_of_time_level_category_and_message(LogLevel level, string word)
    {
        Assert.Equal(
            $"21:04:05.067 {word} Lifetime: Started.{Environment.NewLine}",
            Write(level, "Microsoft.Hosting.Lifetime", "Started.")
        );
    }

    [Theory]
    [InlineData("Function.Reconcile", "Reconcile")]
    [InlineData("Function.Reconcile.User", "Reconcile")]
    [InlineData("Host.Triggers.DurableTask", "DurableTask")]
    [InlineData("Shellbox", "Shellbox")]
    [InlineData("A.B.Store`1[[C.D, E.F]]", "Store")]
    [InlineData("A.B.Store<C.D>", "Store")]
    public void The_category_is_the_function_or_the_last_part(string category, string expected)
    {
        Assert.Equal($"21:04:05.067 info {expected}: x{Environment.NewLine}", Write(LogLevel.Information, category, "x"));
    }

    [Fact]
    public void A_message_of_lines_and_control_characters_stays_one_line()
    {
        var line = Write(LogLevel.Information, "A", "\r\none\r\n   two\n\n23:00:00.000 fail B: forged\e[2J\tend\n");

        Assert.Equal($"21:04:05.067 info A: one two 23:00:00.000 fail B: forged [2J end{Environment.NewLine}", line);
    }

    [Fact]
    public void An_error_nobody_foresaw_has_its_stack_below()
    {
        var exception = Thrown(new InvalidOperationException("first\nline", Thrown(new FormatException("cause"))));

        var lines = Write(LogLevel.Error, "A", "It broke.", exception).Split(Environment.NewLine);

        Assert.Equal("21:04:05.067 fail A: It broke. InvalidOperationException: first line <- FormatException: cause", lines[0]);
        Assert.StartsWith("    at ", lines[1], StringComparison.Ordinal);
        Assert.Contains(lines, l => l == "    --- FormatException");
        Assert.Equal(2, lines.Count(l => l.StartsWith($"    at {typeof(LineFormatterTests)}.{nameof(Thrown)}", StringComparison.Ordinal)));
        Assert.Equal(string.Empty, lines[^1]);
    }

    [Fact]
    public void A_warning_and_a_failure_of_the_surroundings_have_none()
    {
        Assert.Equal(
            $"21:04:05.067 warn A: x InvalidOperationException: y{Environment.NewLine}",
            Write(LogLevel.Warning, "A", "x", Thrown(new InvalidOperationException("y")))
        );
        foreach (
            var foreseen in (Exception[])
                [
                    new HttpRequestException("y"),
                    new TimeoutException("y"),
                    new IOException("y"),
                    new OperationCanceledException("y"),
                    new RequestFailedException(404, "y\nStatus: 404\n\nHeaders:\nDate: today"),
                ]
        )
        {
            Assert.Equal(
                $"21:04:05.067 fail A: x {foreseen.GetType().Name}: y{Environment.NewLine}",
                Write(LogLevel.Error, "A", "x", Thrown(foreseen))
            );
        }
    }

    [Fact]
    public void A_cause_that_the_message_tells_already_is_not_told_twice()
    {
        var exception = new HttpRequestException("Connection refused (127.0.0.1:1)", new WebException("Connection refused"));

        Assert.Equal(
            $"21:04:05.067 fail A: x HttpRequestException: Connection refused (127.0.0.1:1){Environment.NewLine}",
            Write(LogLevel.Error, "A", "x", exception)
        );
    }

    [Fact]
    public void A_function_that_threw_shows_its_own_exception_and_stack()
    {
        var remote = new FunctionInvocationException(
            "Exception while executing function: Functions.Reconcile",
            Thrown(
                new InvalidOperationException(
                    "Result: Failure\nException: System.ArgumentException: No such box.\n"
                        + "Stack:    at App.Reconcile.Run() in A.cs:line 7\n   at App.Main()"
                )
            )
        );

        var lines = Write(LogLevel.Error, "Function.Reconcile", "Executed (Failed)", remote).Split(Environment.NewLine);

        Assert.Equal(
            [
                "21:04:05.067 fail Reconcile: Executed (Failed) System.ArgumentException: No such box.",
                "    at App.Reconcile.Run() in A.cs:line 7",
                "    at App.Main()",
                string.Empty,
            ],
            lines
        );
    }

    [Fact]
    public void An_exception_without_a_message_stands_alone_and_nothing_at_all_is_no_line()
    {
        Assert.Equal(
            $"21:04:05.067 warn A: TimeoutException: y{Environment.NewLine}",
            Write(LogLevel.Warning, "A", string.Empty, new TimeoutException("y"))
        );
        Assert.Equal(string.Empty, Write(LogLevel.Warning, "A", string.Empty));
    }

    [Fact]
    public void Only_the_level_is_coloured_and_only_where_that_is_asked_for()
    {
        Assert.Equal($"21:04:05.067 \e[33mwarn\e[39m\e[22m A: x{Environment.NewLine}", Write(LogLevel.Warning, "A", "x", colour: true));
        Assert.DoesNotContain('\e', Write(LogLevel.Warning, "A", "x"));
        Assert.Equal(Console.IsOutputRedirected, !new LineFormatterOptions().Colour);
    }

    [Fact]
    public void The_console_of_a_host_writes_lines()
    {
        using var services = new ServiceCollection().AddLogging(l => l.AddLines()).BuildServiceProvider();

        Assert.Contains(services.GetServices<ConsoleFormatter>(), f => f is LineFormatter);
        Assert.Equal("lines", services.GetRequiredService<IOptions<ConsoleLoggerOptions>>().Value.FormatterName);
        Assert.Contains(services.GetServices<ILoggerProvider>(), p => p is ConsoleLoggerProvider);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static T Thrown<T>(T exception)
        where T : Exception
    {
        try
        {
            throw exception;
        }
        catch (T caught)
        {
            return caught;
        }
    }

    private static string Write(LogLevel level, string category, string message, Exception? exception = null, bool colour = false)
    {
        var formatter = new LineFormatter(new Fixed(new LineFormatterOptions { Colour = colour }), new FakeTimeProvider(Time));
        using var writer = new StringWriter();
        formatter.Write(new LogEntry<string>(level, category, default, message, exception, (state, _) => state), null, writer);
        return writer.ToString();
    }

    private sealed class Fixed(LineFormatterOptions options) : IOptionsMonitor<LineFormatterOptions>
    {
        public LineFormatterOptions CurrentValue => options;

        public LineFormatterOptions Get(string? name) => options;

        public IDisposable? OnChange(Action<LineFormatterOptions, string?> listener) => null;
    }
}
