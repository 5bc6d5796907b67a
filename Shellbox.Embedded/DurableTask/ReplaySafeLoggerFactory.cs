using Microsoft.Extensions.Logging;

namespace Shellbox.Embedded.DurableTask;

/// <summary>Makes loggers that write only what has not been written before.</summary>
internal sealed class ReplaySafeLoggerFactory(TaskOrchestrationContext context, ILoggerFactory factory) : ILoggerFactory
{
    public ILogger CreateLogger(string categoryName) => new ReplaySafeLogger(context, factory.CreateLogger(categoryName));

    public void AddProvider(ILoggerProvider provider) =>
        throw new NotSupportedException("Log providers are added to the host, not to an orchestration.");

    public void Dispose()
    {
        // The factory behind this one belongs to the host.
    }
}
