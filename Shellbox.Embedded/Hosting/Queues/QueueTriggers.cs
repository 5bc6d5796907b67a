using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Shellbox.Embedded.Hosting.Functions;
using Shellbox.Embedded.Hosting.Settings;
using Shellbox.Embedded.Worker;

namespace Shellbox.Embedded.Hosting.Queues;

/// <summary>The listeners of all queue functions.</summary>
internal sealed class QueueTriggers(
    FunctionCatalog catalog, QueueClients clients, QueueOutput output, HostJson hostJson, IConfiguration settings, TimeProvider time, ILoggerFactory loggers)
{
    private readonly List<QueueListener> listeners = [];

    /// <summary>Makes the listeners. A connection that is missing stops that trigger, not the host.</summary>
    public void Prepare()
    {
        foreach (var invoker in catalog.Of(FunctionKind.Queue))
        {
            var trigger = (QueueTriggerAttribute)invoker.Function.Trigger;
            try
            {
                var queue = clients.Get(trigger.Connection, trigger.QueueName);
                var poison = clients.Get(trigger.Connection, SettingNames.Resolve(settings, trigger.QueueName) + "-poison");
                var setting = string.IsNullOrEmpty(trigger.Connection) ? "AzureWebJobsStorage" : trigger.Connection;
                listeners.Add(new QueueListener(invoker, queue, poison, setting, output, hostJson, time, loggers));
            }
            catch (InvalidOperationException e)
            {
                loggers.CreateLogger("Host.Triggers.Queues").TriggerOff(invoker.Function.Name, e.Message);
            }
        }
    }

    public void Start() => listeners.ForEach(l => l.Start());

    public Task StopAsync(CancellationToken atOnce) => Task.WhenAll(listeners.Select(l => l.StopAsync(atOnce)));
}
