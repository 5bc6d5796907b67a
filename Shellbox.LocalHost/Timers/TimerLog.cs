using Microsoft.Extensions.Logging;

namespace Shellbox.LocalHost.Timers;

internal static partial class TimerLog
{
    [LoggerMessage(
        1401,
        LogLevel.Warning,
        "The schedule status of the timer {Timer} in {Blob} is no JSON of one; the timer counts as one that never ran."
    )]
    public static partial void StatusUnreadable(this ILogger logger, string timer, Uri blob);

    [LoggerMessage(1402, LogLevel.Error, "The schedule status of the timer {Timer} could not be written to {Blob}: {Reason}")]
    public static partial void StatusNotWritten(this ILogger logger, string timer, Uri blob, string reason);
}
