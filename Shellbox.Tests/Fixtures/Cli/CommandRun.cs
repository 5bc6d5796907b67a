using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Xunit;

namespace Shellbox.Tests.Fixtures;

/// <summary>A command that has ended: its exit code, and what it wrote to standard output and to standard error.</summary>
internal sealed record CommandRun(int ExitCode, string Output, string Error)
{
    /// <summary>The end that the test is about. Anything else shows what the command said.</summary>
    public CommandRun EndedWith(int exitCode)
    {
        Assert.True(ExitCode == exitCode, $"exit code {ExitCode}, not {exitCode}\n--- output\n{Output}\n--- error\n{Error}");
        return this;
    }

    /// <summary>Standard output as the one JSON document that it must be, from its first character to its last line feed.</summary>
    public JsonNode Json()
    {
        Assert.StartsWith("{", Output, StringComparison.Ordinal);
        Assert.EndsWith("}\n", Output, StringComparison.Ordinal);
        return JsonNode.Parse(Output)!;
    }

    /// <summary>Each pattern matches a whole line of standard output; else the whole output is shown.</summary>
    public CommandRun Shows(params string[] linePatterns)
    {
        Assert.DoesNotContain('\u001b', Output);
        foreach (var pattern in linePatterns)
            Assert.True(Regex.IsMatch(Output, $"(?m)^{pattern}$"), $"no line is '{pattern}'\n--- output\n{Output}");
        return this;
    }

    /// <summary>The one sentence on standard error by which the command says what went wrong.</summary>
    public string Sentence()
    {
        var sentence = Error.TrimEnd('\n');
        Assert.DoesNotContain('\n', sentence);
        Assert.EndsWith(".", sentence, StringComparison.Ordinal);
        return sentence;
    }
}
