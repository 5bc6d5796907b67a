using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Azure.Core;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Shellbox.Activities;
using Shellbox.AzureSimulator;
using Shellbox.Functions;
using Shellbox.LocalCloud;
using Shellbox.LocalHost;
using Shellbox.Tests.Histories;

namespace Shellbox.Tests.Fixtures;

/// <summary>
/// The app's build on the local host. Host and worker are part of this process, or processes of their own for a test that kills them.
/// </summary>
internal sealed class AppUnderTest : IAsyncDisposable
{
    /// <summary>A setting of a test that kills the host: it is a process of its own then.</summary>
    public const string InOwnProcess = "Tests:HostInOwnProcess";

    /// <summary>What is deployed: unlike the build's output it has no local settings in it.</summary>
    private static readonly string App = RepositoryRoot.File("artifacts", "app");

    private readonly IAsyncDisposable _host;
    private readonly ServiceProvider? _services;
    private readonly DurableClientCapture? _client;
    private readonly InProcessWorker? _worker;

    private int _disposed;

    private AppUnderTest(
        IAsyncDisposable host,
        Uri address,
        InProcessWorker? worker,
        DurableClientCapture? client,
        ServiceProvider? services
    ) => (_host, Address, _worker, _client, _services) = (host, address, worker, client, services);

    public Uri Address { get; }

    /// <summary>
    /// The app's own services; of an app in another process its stores and clients, on the same storage and the same Azure.
    /// </summary>
    public IServiceProvider Services => (IServiceProvider?)_worker?.Services ?? _services!;

    /// <summary>The app's own client of its orchestrations.</summary>
    public DurableTaskClient Client =>
        _client?.Client
        ?? throw new InvalidOperationException("The app runs in another process, or no function of it with a client has run yet.");

    /// <summary>What the app is to know of the simulated Azure.</summary>
    public static SimulatorConnection ConnectionOf(SimulatedAzure azure) =>
        new()
        {
            ArmEndpoint = azure.ArmEndpoint.ToString(),
            Audience = azure.Audience,
            CertificateThumbprint = azure.CertificateThumbprint,
            IdentityEndpoint = azure.IdentityEndpoint.ToString(),
            IdentityHeader = azure.IdentityHeader,
            SubscriptionId = azure.SubscriptionId,
            ResourceGroup = azure.ResourceGroup,
        };

    public static async Task<AppUnderTest> StartAsync(
        IReadOnlyDictionary<string, string> settings,
        string directory,
        SimulatedAzure azure,
        TimeProvider? time,
        Func<FunctionExecutionDelegate, FunctionExecutionDelegate>? middleware,
        CancellationToken cancellationToken
    )
    {
        var state = Path.Combine(directory, "host");
        if (settings.ContainsKey(InOwnProcess))
            return await StartProcessAsync(settings, state, azure);

        InProcessWorker? worker = null;
        var client = new DurableClientCapture();
        var host = await FunctionsHost.StartAsync(
            new FunctionsHostOptions
            {
                AppDirectory = App,
                Port = 0,
                StateDirectory = state,
                Settings = settings,
                Time = time ?? TimeProvider.System,
                TurnTaken = TurnRecorder.ForCurrentTest(),
                Logging = logging => logging.ClearProviders(),
                StartWorker = start => worker = InProcessWorker.Start(start, ShellboxApplication.CreateBuilder, Replace),
            },
            cancellationToken
        );
        return new AppUnderTest(host, host.Address, worker, client, services: null);

        void Replace(FunctionsApplicationBuilder builder)
        {
            builder.Services.AddSingleton<TokenCredential>(azure.CreateCredential());
            if (time is not null)
                builder.Services.AddSingleton(time);
            builder.Use(client.Around);
            if (middleware is not null)
                builder.Use(middleware);
        }
    }

    private static async Task<AppUnderTest> StartProcessAsync(
        IReadOnlyDictionary<string, string> settings,
        string state,
        SimulatedAzure azure
    )
    {
        var process = await HostProcess.StartAsync(App, state, settings);
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddMetrics();
        services.AddSingleton<TokenCredential>(azure.CreateCredential());
        services.AddShellbox(
            new ConfigurationBuilder().AddInMemoryCollection(settings.Select(c => KeyValuePair.Create(c.Key, (string?)c.Value))).Build()
        );
        return new AppUnderTest(process, process.Address, worker: null, client: null, services.BuildServiceProvider());
    }

    public async Task<bool> IsIdleAsync(CancellationToken cancellationToken)
    {
        using var http = new HttpClient { BaseAddress = Address };
        var open = await http.GetFromJsonAsync<JsonArray>(
            $"runtime/webhooks/durabletask/instances?runtimeStatus=Running,Pending&code={TestCloud.AdminKey}",
            cancellationToken
        );
        return open!.All(o => o!["customStatus"] is JsonObject shown && (string?)shown["step"] == "hold");
    }

    public async Task SweepAsync(CancellationToken cancellationToken)
    {
        using var http = new HttpClient { BaseAddress = Address };
        using var body = new StringContent("{}", Encoding.UTF8, "application/json");
        using var response = await http.PostAsync(
            $"admin/functions/SweepBoxes?wait=true&code={TestCloud.AdminKey}",
            body,
            cancellationToken
        );
        response.EnsureSuccessStatusCode();
    }

    /// <summary>Kills the host with SIGKILL; its worker ends with it.</summary>
    public Task KillAsync() => ((HostProcess)_host).KillAsync();

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        await _host.DisposeAsync();
        if (_services is not null)
            await _services.DisposeAsync();
    }
}
