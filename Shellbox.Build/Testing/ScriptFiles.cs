using System.Text.RegularExpressions;
using Shellbox.Build.Processes;

namespace Shellbox.Build.Testing;

/// <summary>The scripts of the repository, by their names or by the interpreter that their first lines name.</summary>
internal sealed partial record ScriptFiles(IReadOnlyList<string> Shell, IReadOnlyList<string> Python)
{
    public static async Task<ScriptFiles> FindAsync(Repository repository, ToolRunner tools, CancellationToken cancellationToken)
    {
        // Not every copy of the repository is a checkout, and git refuses one that is another user's.
        var (exitCode, tracked) = await tools.ReadAsync(["git", "-c", "core.quotePath=off", "ls-files"], cancellationToken);
        var files = (exitCode == 0 ? tracked : repository.Sources()).Where(file => File.Exists(repository.File(file)));
        var languages = files.ToLookup(file => Language(repository.File(file)));
        return new ScriptFiles([.. languages[nameof(Shell)]], [.. languages[nameof(Python)]]);
    }

    private static string? Language(string file)
    {
        var firstLine = File.ReadLines(file).FirstOrDefault("");
        return Path.GetExtension(file) switch
        {
            ".sh" => nameof(Shell),
            ".py" => nameof(Python),
            _ when ShellLine().IsMatch(firstLine) => nameof(Shell),
            _ when PythonLine().IsMatch(firstLine) => nameof(Python),
            _ => null,
        };
    }

    [GeneratedRegex("^#!.*[/ ](ba)?sh( |$)", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ShellLine();

    [GeneratedRegex("^#!.*[/ ]python3?( |$)", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex PythonLine();
}
