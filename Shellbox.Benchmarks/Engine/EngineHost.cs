using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Shellbox.Embedded.Hosting;

namespace Shellbox.Benchmarks.Engine;

/// <summary>An embedded host with the benchmark's functions, on a file of its own.</summary>
internal sealed class EngineHost : IAsyncDisposable
{
    private readonly IHost _host;
    private readonly string _directory;

    private EngineHost(IHost host, string directory)
    {
        _host = host;
        _directory = directory;
        Client = host.GetDurableTaskClient();
    }

    public DurableTaskClient Client { get; }

    /// <param name="synchronous">SQLite's: FULL outlives a loss of power, NORMAL the end of the process.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    public static async Task<EngineHost> StartAsync(string synchronous, CancellationToken cancellationToken)
    {
        // Not in /tmp, which may be memory: a commit is to reach the disk that the repository is on.
        var directory = Path.Combine(Repository.Root, "artifacts", "bench", string.Create(CultureInfo.InvariantCulture, $"engine-{Environment.ProcessId}"));
        Directory.CreateDirectory(directory);
        var builder = FunctionsApplication.CreateBuilder(
            ["--urls", "http://127.0.0.1:0", "--AzureWebJobsScriptRoot", directory, "--EmbeddedHost:Synchronous", synchronous]);
        builder.Logging.ClearProviders();
        builder.Services.Configure<EmbeddedHostOptions>(options => options.FunctionTypes.Add(typeof(EngineFunctions)));
        var host = builder.Build();
        await host.StartAsync(cancellationToken);
        return new EngineHost(host, directory);
    }

    /// <summary>Runs one orchestration from its start to the news of its end.</summary>
    public async Task RunAsync(string orchestrator, object? input, CancellationToken cancellationToken)
    {
        var id = await Client.ScheduleNewOrchestrationInstanceAsync(orchestrator, input, cancellationToken);
        var ended = await Client.WaitForInstanceCompletionAsync(id, cancellationToken);
        if (ended.RuntimeStatus is not OrchestrationRuntimeStatus.Completed) throw new InvalidOperationException($"{orchestrator} ended as {ended.RuntimeStatus}.");
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync(CancellationToken.None);
        if (_host is IAsyncDisposable disposable) await disposable.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }
}
