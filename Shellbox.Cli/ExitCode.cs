namespace Shellbox.Cli;

/// <summary>What the command's exit code says. Listed in <c>./shellbox --help</c>: scripts rely on the numbers.</summary>
internal static class ExitCode
{
    public const int Ok = 0;

    /// <summary>The operation failed; the message says at which step and why.</summary>
    public const int Failed = 1;

    /// <summary>Bad usage, or a name that is not of the form that docs/api.md states.</summary>
    public const int Usage = 2;

    public const int NotFound = 3;

    /// <summary>The app, or something that it stands on, does not answer.</summary>
    public const int NotReachable = 4;

    public const int NotAuthorised = 5;

    /// <summary>Ended by SIGINT (128 + 2, as shells have it).</summary>
    public const int Interrupted = 130;
}
