using Microsoft.Extensions.Logging;

namespace Shellbox.AzureSimulator;

/// <summary>
/// Event ids: 100-199 requests and operations, 200-299 faults, 300-399 instances. 100 is of the pipeline, 200 of the fault plan.
/// </summary>
internal static partial class Logs
{
    [LoggerMessage(101, LogLevel.Error, "{Method} {Path} broke")]
    public static partial void RequestBroke(ILogger logger, Exception exception, string method, string path);

    [LoggerMessage(110, LogLevel.Information, "{Operation} of {ResourceId} succeeded after {Seconds:F1} s")]
    public static partial void OperationSucceeded(ILogger logger, string operation, string resourceId, double seconds);

    [LoggerMessage(111, LogLevel.Warning, "{Operation} of {ResourceId} failed: {Code}: {Message}")]
    public static partial void OperationFailed(ILogger logger, string operation, string resourceId, string code, string message);

    [LoggerMessage(112, LogLevel.Error, "{Operation} of {ResourceId} broke")]
    public static partial void OperationBroke(ILogger logger, Exception exception, string operation, string resourceId);

    [LoggerMessage(201, LogLevel.Information, "Fault of instance {Instance}: {What}")]
    public static partial void InstanceFault(ILogger logger, string instance, string what);

    [LoggerMessage(300, LogLevel.Information, "Instance {Instance} is up on {Address}:{Port}")]
    public static partial void InstanceUp(ILogger logger, string instance, string address, int port);

    [LoggerMessage(301, LogLevel.Information, "Instance {Instance} is down; {Processes} processes were ended")]
    public static partial void InstanceDown(ILogger logger, string instance, int processes);

    [LoggerMessage(302, LogLevel.Warning, "Cleaning up instance {Instance} met a fault: {Message}")]
    public static partial void CleanUpFault(ILogger logger, string instance, string message);

    [LoggerMessage(303, LogLevel.Information, "LUN {Lun} of instance {Instance} is {File}")]
    public static partial void DiskShown(ILogger logger, string instance, int lun, string file);

    [LoggerMessage(304, LogLevel.Information, "LUN {Lun} of instance {Instance} is gone")]
    public static partial void DiskHidden(ILogger logger, string instance, int lun);

    [LoggerMessage(305, LogLevel.Information, "Instances are held to their VM size's {Controllers}, by control groups below {Directories}")]
    public static partial void Capped(ILogger logger, string controllers, string directories);

    [LoggerMessage(
        306,
        LogLevel.Warning,
        "Instances are not held to their VM size's {Controllers}: this machine has no control groups for it that can be written"
    )]
    public static partial void NotCapped(ILogger logger, string controllers);

    [LoggerMessage(307, LogLevel.Warning, "Instance {Instance} goes without the cap {File}: {Message}")]
    public static partial void CapNotSet(ILogger logger, string instance, string file, string message);
}
