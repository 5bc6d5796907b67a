namespace Shellbox.Cli;

/// <summary>An end of the command that its user must hear of: one clear sentence, and the exit code for scripts.</summary>
internal sealed class CliException : Exception
{
    public CliException(int exitCode, string message, Exception? inner = null)
        : base(message, inner) => ExitCode = exitCode;

    public int ExitCode { get; }
}
