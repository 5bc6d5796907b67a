using System.Text.RegularExpressions;

namespace Shellbox.Cli;

/// <summary>The forms of names (docs/api.md), checked here before a request is made. The app checks them again.</summary>
internal static partial class Names
{
    public static bool IsBoxName(string name) => BoxName().IsMatch(name);

    public static void RequireBoxName(string name)
    {
        if (!IsBoxName(name))
        {
            throw new CliException(
                ExitCode.Usage,
                $"'{Printable(name)}' is not a box name: it takes 1 to 32 of a-z, 0-9 and '-', begins with a letter and does "
                    + $"not end with '-'."
            );
        }
    }

    // Names come from the command line and are echoed to the terminal: no control characters, and no endless line.
    private static string Printable(string name)
    {
        var shown = string.Concat(name.Select(c => char.IsControl(c) ? '?' : c));
        return shown.Length <= 64 ? shown : string.Concat(shown.AsSpan(0, 61), "...");
    }

    // \z, not $: '$' would let a trailing line feed pass.
    [GeneratedRegex(@"\A[a-z]([a-z0-9-]{0,30}[a-z0-9])?\z", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex BoxName();
}
