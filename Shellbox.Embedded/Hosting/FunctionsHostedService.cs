using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Shellbox.Embedded.Engine;
using Shellbox.Embedded.Hosting.Functions;
using Shellbox.Embedded.Hosting.Http;
using Shellbox.Embedded.Hosting.Queues;
using Shellbox.Embedded.Hosting.Settings;
using Shellbox.Embedded.Hosting.Timers;

namespace Shellbox.Embedded.Hosting;

/// <summary>
/// Starts and stops the host in order: first the engine takes orders, then HTTP listens, and only then work begins by itself (what an
/// earlier process left, queues, timers), because that may need the host's address.
/// </summary>
internal sealed class FunctionsHostedService(
    HostJson hostJson,
    LocalSettings localSettings,
    FunctionCatalog catalog,
    HttpDispatcher http,
    OrchestrationEngine engine,
    QueueTriggers queues,
    TimerTriggers timers,
    HostAddress address,
    ILoggerFactory loggers) : IHostedLifecycleService
{
    private readonly ILogger logger = loggers.CreateLogger("Host.Startup");

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var key in hostJson.UnknownKeys())
            logger.UnknownKey(HostJson.FileName, key);
        foreach (var key in localSettings.UnknownKeys)
            logger.UnknownKey(LocalSettings.FileName, key);
        http.Prepare();
        queues.Prepare();
        timers.Prepare();
        engine.Start();
        return Task.CompletedTask;
    }

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        logger.HostStarted(catalog.Functions.Count, address.Url);
        engine.Resume();
        queues.Start();
        timers.Start();
        return Task.CompletedTask;
    }

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        // Before HTTP stops: nothing new is taken from queues and clocks while callers are still being answered.
        await Task.WhenAll(queues.StopAsync(cancellationToken), timers.StopAsync(cancellationToken)).ConfigureAwait(false);
    }

    public Task StopAsync(CancellationToken cancellationToken) => engine.StopAsync(cancellationToken);

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
