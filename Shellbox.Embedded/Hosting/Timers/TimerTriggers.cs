using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Shellbox.Embedded.Engine;
using Shellbox.Embedded.Hosting.Functions;
using Shellbox.Embedded.Hosting.Queues;
using Shellbox.Embedded.Hosting.Settings;
using Shellbox.Embedded.Worker;

namespace Shellbox.Embedded.Hosting.Timers;

/// <summary>The clocks of all timer functions.</summary>
internal sealed class TimerTriggers(
    FunctionCatalog catalog,
    OrchestrationEngine engine,
    QueueOutput output,
    HostJson hostJson,
    IConfiguration settings,
    TimeProvider time,
    ILoggerFactory loggers)
{
    private readonly List<TimerListener> listeners = [];

    /// <summary>Reads the schedules.</summary>
    /// <exception cref="InvalidOperationException">Some cannot be read; the message names all of them.</exception>
    public void Prepare()
    {
        var faults = new List<string>();
        foreach (var invoker in catalog.Of(FunctionKind.Timer))
        {
            var trigger = (TimerTriggerAttribute)invoker.Function.Trigger;
            try
            {
                var schedule = new TimerSchedule(SettingNames.Resolve(settings, trigger.Schedule));
                listeners.Add(new TimerListener(
                    invoker, trigger, schedule, engine.Store, output, hostJson.FunctionTimeout, time, loggers));
            }
            catch (Exception e) when (e is FormatException or InvalidOperationException)
            {
                faults.Add($"Timer function '{invoker.Function.Name}': {e.Message}");
            }
        }

        if (faults.Count > 0)
            throw new InvalidOperationException("The app's timers cannot be set:\n- " + string.Join("\n- ", faults));
    }

    public void Start() => listeners.ForEach(l => l.Start());

    public Task StopAsync(CancellationToken atOnce) => Task.WhenAll(listeners.Select(l => l.StopAsync(atOnce)));
}
