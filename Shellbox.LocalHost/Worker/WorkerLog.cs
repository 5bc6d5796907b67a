using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Shellbox.LocalHost.Protocol;

namespace Shellbox.LocalHost.Worker;

/// <summary>Writes what the app logs into the host's log, under the app's own categories.</summary>
internal sealed class WorkerLog(ILoggerFactory loggers)
{
    private readonly ConcurrentDictionary<string, ILogger> _byCategory = new();

    public void Write(RpcLog entry)
    {
        var logger = _byCategory.GetOrAdd(entry.Category, loggers.CreateLogger);
        var failure = entry.Exception is { Message.Length: > 0 } exception
            ? $"{exception.Type}: {exception.Message}\n{exception.StackTrace}".Trim()
            : null;
        logger.Log(
            (LogLevel)(int)entry.Level,
            default,
            (Entry: entry, Failure: failure),
            null,
            static (state, _) => state.Failure is null ? state.Entry.Message : $"{state.Entry.Message} {state.Failure}"
        );
    }
}
