using Microsoft.Extensions.Logging;

namespace Shellbox.Embedded.Hosting;

/// <summary>What the host logs. Event ids 1200 to 1299.</summary>
internal static partial class HostLog
{
    [LoggerMessage(1200, LogLevel.Information, "{Count} functions at {Address}.")]
    public static partial void HostStarted(this ILogger logger, int count, string address);

    [LoggerMessage(1201, LogLevel.Warning, "{File}: the key '{Key}' means nothing to this host.")]
    public static partial void UnknownKey(this ILogger logger, string file, string key);
}
