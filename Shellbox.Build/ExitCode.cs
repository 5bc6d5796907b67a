namespace Shellbox.Build;

/// <summary>What the exit code says: those of the CLI that can come about here.</summary>
internal static class ExitCode
{
    public const int Ok = 0;

    public const int Failed = 1;

    /// <summary>Ended by SIGINT, SIGTERM or SIGHUP.</summary>
    public const int Interrupted = 130;
}
