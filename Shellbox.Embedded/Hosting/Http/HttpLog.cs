using Microsoft.Extensions.Logging;

namespace Shellbox.Embedded.Hosting.Http;

/// <summary>What the HTTP side logs. Event ids 1100 to 1199.</summary>
internal static partial class HttpLog
{
    [LoggerMessage(1100, LogLevel.Error, "Executed '{Function}' (Failed): {Method} {Path}")]
    public static partial void FunctionFailed(this ILogger logger, Exception exception, string function, string method, string path);

    [LoggerMessage(1101, LogLevel.Debug, "Executed '{Function}': {Method} {Path} -> {Status}")]
    public static partial void FunctionExecuted(this ILogger logger, string function, string method, string path, int status);

    [LoggerMessage(1102, LogLevel.Error, "The management API failed: {Method} {Path}")]
    public static partial void ManagementFailed(this ILogger logger, Exception exception, string method, string path);

    [LoggerMessage(1103, LogLevel.Information, "Function {Function}: [{Methods}] {BaseAddress}/{Route}")]
    public static partial void FunctionMapped(this ILogger logger, string function, string methods, string baseAddress, string route);
}
