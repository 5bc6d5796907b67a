using Microsoft.Extensions.Logging;

namespace Shellbox.Embedded.Engine;

/// <summary>What the engine logs. Event ids 1000 to 1099.</summary>
internal static partial class EngineLog
{
    [LoggerMessage(1000, LogLevel.Information, "Durable engine on {Path}: {Instances} instances, {Tasks} activities and {Timers} timers to go on with.")]
    public static partial void EngineStarted(this ILogger logger, string path, int instances, int tasks, int timers);

    [LoggerMessage(1001, LogLevel.Information, "Durable engine stopped; {Abandoned} activities were abandoned and run again at the next start.")]
    public static partial void EngineStopped(this ILogger logger, int abandoned);

    [LoggerMessage(1002, LogLevel.Error, "A turn of instance {InstanceId} could not be written; it is tried again in {Delay}.")]
    public static partial void TurnNotWritten(this ILogger logger, Exception exception, string instanceId, TimeSpan delay);

    [LoggerMessage(1003, LogLevel.Error, "A turn of instance {InstanceId} broke in the engine; it is tried again in {Delay}.")]
    public static partial void TurnBroke(this ILogger logger, Exception exception, string instanceId, TimeSpan delay);

    [LoggerMessage(1004, LogLevel.Debug, "Instance {InstanceId} ({Name}) is {Status}.")]
    public static partial void InstanceOver(this ILogger logger, string instanceId, string name, string status);

    [LoggerMessage(1005, LogLevel.Warning, "Instance {InstanceId} ({Name}) failed: {Failure}")]
    public static partial void InstanceFailed(this ILogger logger, string instanceId, string name, string failure);

    [LoggerMessage(1006, LogLevel.Warning, "Activity {Name} (#{TaskId}) of instance {InstanceId} failed.")]
    public static partial void ActivityFailed(this ILogger logger, Exception exception, string name, int taskId, string instanceId);

    [LoggerMessage(1007, LogLevel.Error, "Activity {Name} (#{TaskId}) of instance {InstanceId} is given up: the process ended {Times} times while it ran.")]
    public static partial void ActivityGivenUp(this ILogger logger, string name, int taskId, string instanceId, int times);

    [LoggerMessage(1008, LogLevel.Error, "Activity {Name} (#{TaskId}) of instance {InstanceId} could not be started or recorded; it is tried again in {Delay}.")]
    public static partial void ActivityBroke(this ILogger logger, Exception exception, string? name, int taskId, string instanceId, TimeSpan delay);

    [LoggerMessage(1009, LogLevel.Critical, "A step after a commit failed.")]
    public static partial void AfterCommitFailed(this ILogger logger, Exception exception);
}
