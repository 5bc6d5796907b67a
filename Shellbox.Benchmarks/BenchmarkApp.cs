using Azure.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Shellbox.Activities;
using Shellbox.Activities.Azure;
using Shellbox.AzureSimulator;
using Shellbox.Contracts.Http;
using Shellbox.Contracts.Operations;
using Shellbox.LocalCloud;

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

    /// <summary>What the app is set to unless a benchmark sets it otherwise.</summary>
    public static LocalAppSettings Settings(CloudPaths paths, BenchmarkAzurite azurite, SimulatedAzure azure) =>
        new()
        {
            Azure = new SimulatorConnection
            {
                ArmEndpoint = azure.ArmEndpoint.ToString(),
                Audience = azure.Audience,
                CertificateThumbprint = azure.CertificateThumbprint,
                IdentityEndpoint = azure.IdentityEndpoint.ToString(),
                IdentityHeader = azure.IdentityHeader,
                SubscriptionId = azure.SubscriptionId,
                ResourceGroup = azure.ResourceGroup,
            },
            Storage = azurite.ConnectionString,
            InstanceKeyFile = paths.InstanceKey,
            InstanceSshPort = azure.Options.InstancePort,
            FunctionKey = Key,
            AdminKey = Key,
            Timers = false,
            OperationPollInterval = new AzureOptions().OperationPollInterval / azure.Options.TimeScale,
        };

    /// <param name="paths">Where everything lies.</param>
    /// <param name="azure">The simulated Azure.</param>
    /// <param name="settings">The app's settings, which begin with <see cref="Settings"/>.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    /// <param name="log">The name of its log, which is begun anew.</param>
    public static async Task<BenchmarkApp> StartAsync(
        CloudPaths paths,
        SimulatedAzure azure,
        LocalAppSettings settings,
        CancellationToken cancellationToken,
        string log = "functions.log"
    )
    {
        if (!Directory.Exists(paths.FunctionsApp))
        {
            throw new InvalidOperationException("The app is not published. Run the benchmark through ./shellbox bench.");
        }

        // One user has all the boxes.
        settings = settings with
        {
            Overrides = new Dictionary<string, string>(settings.Overrides)
            {
                ["Shellbox:Quota:Boxes"] = "10000",
                ["Shellbox:Quota:RunningBoxes"] = "10000",
            },
        };
        var port = LoopbackPorts.TakeFree(1)[0];
        var command = FunctionsHostCommand.Create(paths, settings, port) with { LogName = log };
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

    private static ServiceProvider Services(LocalAppSettings settings, SimulatedAzure azure)
    {
        var values = settings.ToConfiguration().Select(s => KeyValuePair.Create(s.Key, (string?)s.Value));
        return new ServiceCollection()
            .AddLogging()
            .AddMetrics()
            .AddSingleton<TokenCredential>(azure.CreateCredential())
            .AddShellbox(new ConfigurationBuilder().AddInMemoryCollection(values).Build())
            .BuildServiceProvider();
    }
}
