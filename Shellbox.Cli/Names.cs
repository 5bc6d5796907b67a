namespace Shellbox.Cli;

/// <summary>The forms of names (docs/api.md), checked here before a request is made. The app checks them again.</summary>
internal static class Names
{
    /// <summary>The user's box of that name.</summary>
    /// <exception cref="CliException">It is not of the form of a box name.</exception>
    public static void RequireBoxName(string name)
    {
        if (!BoxKey.IsBoxName(name))
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
}
