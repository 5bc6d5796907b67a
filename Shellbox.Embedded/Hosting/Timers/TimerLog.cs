using Microsoft.Extensions.Logging;

namespace Shellbox.Embedded.Hosting.Timers;

/// <summary>What the timer triggers log. Event ids 1400 to 1499.</summary>
internal static partial class TimerLog
{
    [LoggerMessage(1400, LogLevel.Information, "Timer '{Function}' ({Schedule}) runs next at {Occurrences}.")]
    public static partial void NextOccurrences(this ILogger logger, string function, string schedule, string occurrences);

    [LoggerMessage(1401, LogLevel.Error, "Executed '{Function}' (Failed).")]
    public static partial void TimerFailed(this ILogger logger, Exception exception, string function);

    [LoggerMessage(1402, LogLevel.Debug, "Executed '{Function}'.")]
    public static partial void TimerDone(this ILogger logger, string function);

    [LoggerMessage(1403, LogLevel.Warning, "Timer '{Function}' was due at {Due:O} while the host was down; it runs now.")]
    public static partial void TimerPastDue(this ILogger logger, string function, DateTime due);

    [LoggerMessage(1404, LogLevel.Warning, "The state of timer '{Function}' could not be {Step}. After a restart it may run once more or once less.")]
    public static partial void ScheduleStateFailed(this ILogger logger, Exception exception, string function, string step);
}
