using System.Text.RegularExpressions;

namespace Shellbox.Contracts.Operations;

/// <summary>
/// Why an orchestration failed, in the one form that Durable has for it as an output: the bare text <c>Full.Type.Name: message</c>. People
/// get the message, and programs what the type says.
/// </summary>
/// <param name="Type">The exception's full name; null when the text has none.</param>
/// <param name="Message">What it said.</param>
public sealed partial record FailureText(string? Type, string Message)
{
    public static FailureText Parse(string text) =>
        Pattern().Match(text) is { Success: true } match
            ? new FailureText(match.Groups["type"].Value, text[match.Length..])
            : new FailureText(null, text);

    [GeneratedRegex(@"\A(?<type>(?:[A-Za-z_]\w*\.)+[A-Za-z_][\w+]*):\s+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Pattern();
}
