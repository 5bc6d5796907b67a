namespace Shellbox.Build;

/// <summary>Says why a command ended early.</summary>
internal static class Failure
{
    /// <returns>The exit code for it.</returns>
    public static int Report(Exception exception)
    {
        if (exception is OperationCanceledException)
            return ExitCode.Interrupted;
        var isExpected = exception is BuildException or IOException or UnauthorizedAccessException;
        Say.Line(isExpected ? exception.Message : exception.ToString());
        return ExitCode.Failed;
    }
}
