using System.Globalization;
using Azure.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Shellbox.Activities;
using Shellbox.Activities.Azure;
using Shellbox.AzureSimulator;
using Shellbox.Cli.LocalCloud;
using Shellbox.Contracts.Http;
using Shellbox.Contracts.Operations;

namespace Shellbox.Benchmarks;

/// <summary>The app as it ships and as <c>up</c> runs it: what was published, on a local host in a process of its own.</summary>
internal sealed class BenchmarkApp : IAsyncDisposable
{
    public const string Key = "bench";

    private readonly ServiceProvider _services;
    private bool _disposed;

    private BenchmarkApp(HostProcess host, ServiceProvider services)
    {
        (Host, _services) = (host, services);
        Api = new ShellboxClient(new HttpClient { BaseAddress = host.Address, Timeout = TimeSpan.FromMinutes(15) }, Key, Key);

        // What takes longer than a request may wait is asked about seldom: many wait at once, and each look costs.
        Watcher = new OperationWatcher(Api, TimeProvider.System) { LongestInterval = TimeSpan.FromSeconds(1) };
    }

    public HostProcess Host { get; }

    public ShellboxClient Api { get; }

    public OperationWatcher Watcher { get; }

    /// <summary>What the app's code stands on, of this process but on the same storage and instances.</summary>
    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    /// <param name="paths">Its state, and the key that opens the instances.</param>
    /// <param name="storage">The connection string of the storage account.</param>
    /// <param name="azure">The simulated Azure.</param>
    /// <param name="durable">Where its orchestrations are kept.</param>
    /// <param name="overrides">Settings that differ from a local cloud's, as environment variables.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    /// <param name="log">The name of its log, which is begun anew.</param>
    public static async Task<BenchmarkApp> StartAsync(
        CloudPaths paths,
        string storage,
        SimulatedAzure azure,
        DurableStorage durable,
        IReadOnlyDictionary<string, string> overrides,
        CancellationToken cancellationToken,
        string log = "functions.log"
    )
    {
        if (!Directory.Exists(paths.FunctionsApp))
        {
            throw new InvalidOperationException("The app is not published. Run the benchmark through ./shellbox bench.");
        }

        var ready = new SimulatorReady(
            azure.ArmEndpoint.ToString(),
            azure.Audience,
            azure.CertificateThumbprint,
            azure.IdentityEndpoint.ToString(),
            azure.IdentityHeader,
            azure.SubscriptionId,
            azure.ResourceGroup,
            null
        );
        var port = LoopbackPorts.TakeFree(1)[0];
        var command = FunctionsCommand.Create(paths, ready, storage, port, Key, Key, durable);
        var settings = new Dictionary<string, string>(command.Environment)
        {
            ["Shellbox__Azure__OperationPollInterval"] = (new AzureOptions().OperationPollInterval / azure.Options.TimeScale).ToString("c"),
            ["Shellbox__Instance__SshPort"] = azure.Options.InstancePort.ToString(CultureInfo.InvariantCulture),

            // One user has all the boxes.
            ["Shellbox__Quota__Boxes"] = "10000",
            ["Shellbox__Quota__RunningBoxes"] = "10000",
            ["Shellbox__Reconcile__Schedule"] = "0 0 0 1 1 *",
            ["Shellbox__Pool__Schedule"] = "0 0 0 1 1 *",
            ["Shellbox__Maintenance__Schedule"] = "0 0 0 1 1 *",
        };
        foreach (var (name, value) in overrides)
            settings[name] = value;
        command = command with { Environment = settings, LogName = log };
        var host = await HostProcess.StartAsync(command, port, paths.Logs, cancellationToken);
        return new BenchmarkApp(host, Services(settings, azure));
    }

    /// <summary>Connects and waits for the end of it.</summary>
    public async Task<ConnectResult> ConnectAsync(BoxKey box, string publicKey, CancellationToken cancellationToken)
    {
        var start = await Api.ConnectAsync(box, publicKey, TimeSpan.FromSeconds(200), cancellationToken);
        return (await Watcher.WaitAsync(start, "connect", onProgress: null, cancellationToken)).Read();
    }

    /// <summary>Begins a connect; gives the id of its orchestration.</summary>
    public async Task<string> BeginConnectAsync(BoxKey box, string publicKey, CancellationToken cancellationToken) =>
        (await Api.ConnectAsync(box, publicKey, TimeSpan.Zero, cancellationToken)).OperationId
        ?? throw new InvalidOperationException($"The connect of {box.BoxName} was through at once.");

    /// <summary>What the management API says of an orchestration.</summary>
    public Task<OperationStatus> StatusAsync(string id, CancellationToken cancellationToken) =>
        Api.GetStatusAsync(
            new Uri(Host.Address, $"runtime/webhooks/durabletask/instances/{id}?showInput=false&code={Key}"),
            cancellationToken
        );

    /// <summary>Stops it, if it runs.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_disposed)
            return;
        _disposed = true;
        Api.Dispose();
        await _services.DisposeAsync();
        await Host.DisposeAsync();
    }

    private static ServiceProvider Services(Dictionary<string, string> settings, SimulatedAzure azure)
    {
        var values = settings.ToDictionary(s => s.Key.Replace("__", ":", StringComparison.Ordinal), s => (string?)s.Value);
        return new ServiceCollection()
            .AddLogging()
            .AddMetrics()
            .AddSingleton<TokenCredential>(azure.CreateCredential())
            .AddShellbox(new ConfigurationBuilder().AddInMemoryCollection(values).Build())
            .BuildServiceProvider();
    }
}
