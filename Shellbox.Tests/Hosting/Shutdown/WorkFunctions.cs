using System.Collections.Concurrent;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Shellbox.Embedded.DurableTask;
using Shellbox.Embedded.Hosting;
using Shellbox.Embedded.Worker;
using Shellbox.Embedded.Worker.Builder;

namespace Shellbox.Tests.Hosting.Shutdown;

/// <summary>Work that a host is stopped in the middle of.</summary>
public sealed class WorkFunctions(IHostApplicationLifetime lifetime, IConfiguration settings, WorkFunctions.Ledger ledger)
{
    /// <summary>Runs a host until it is told to stop, as an app's <c>Main</c> does.</summary>
    public static async Task<int> RunHostAsync(string[] args)
    {
        try
        {
            var builder = FunctionsApplication.CreateBuilder(args).ConfigureFunctionsWebApplication();
            builder.Services.Configure<EmbeddedHostOptions>(o => o.FunctionTypes.Add(typeof(WorkFunctions)));
            builder.Services.AddSingleton<Ledger>();
            await builder.Build().RunAsync();
            return 0;
        }
        catch (InvalidOperationException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return 1;
        }
    }

    [Function("Both")]
    public static async Task<string[]> Both([OrchestrationTrigger] TaskOrchestrationContext context) => await Task.WhenAll(
        context.CallActivityAsync<string>("EndsInTime"), context.CallActivityAsync<string>("Held"), context.WaitForExternalEvent<string>("Go"));

    /// <summary>Ends by itself once the host stops.</summary>
    [Function("EndsInTime")]
    public async Task<string> EndsInTime([ActivityTrigger] string? input)
    {
        ledger.Note("EndsInTime");
        var stopping = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = lifetime.ApplicationStopping.Register(stopping.SetResult);
        await stopping.Task;
        return "in time";
    }

    /// <summary>Ends only when it is cancelled, unless the settings let it.</summary>
    [Function("Held")]
    public async Task<string> Held([ActivityTrigger] string? input, CancellationToken cancellation)
    {
        ledger.Note("Held");
        if (settings["Finish"] is null)
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellation);
        return "after all";
    }

    /// <summary>Which activities began, in memory and on the output.</summary>
    public sealed class Ledger
    {
        private readonly ConcurrentQueue<string> begun = new();

        public IEnumerable<string> Begun => begun;

        public void Note(string activity)
        {
            begun.Enqueue(activity);
            Console.WriteLine($"begun: {activity}");
        }
    }
}
