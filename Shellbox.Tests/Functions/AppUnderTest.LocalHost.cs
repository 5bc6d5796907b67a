using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Azure.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Shellbox.Activities;
using Shellbox.AzureSimulator;
using Shellbox.LocalHost;
using Shellbox.Tests.Functions.Histories;
using Shellbox.Tests.LocalHost;
using Xunit;

namespace Shellbox.Tests.Functions;

/// <summary>The app as it is published, on the local host: its worker is a process of its own, its orchestrations are kept on Azure Storage.</summary>
internal sealed class AppUnderTest : IAsyncDisposable
{
    /// <summary>A setting of a test that kills the host: it is a process of its own then.</summary>
    public const string InOwnProcess = "Tests:HostInOwnProcess";

    private readonly IAsyncDisposable _host;
    private readonly ServiceProvider _services;

    private int _disposed;

    private AppUnderTest(IAsyncDisposable host, Uri address, ServiceProvider services) => (_host, Address, _services) = (host, address, services);

    public Uri Address { get; }

    /// <summary>The app's own stores and clients on the same storage and the same Azure, in this process: what the app writes is read through these.</summary>
    public IServiceProvider Services => _services;

    public static async Task<AppUnderTest> StartAsync(
        IReadOnlyDictionary<string, string> settings, string directory, SimulatedAzure azure, TimeProvider? time,
        Func<FunctionExecutionDelegate, FunctionExecutionDelegate>? middleware, CancellationToken cancellationToken)
    {
        if (time is not null || middleware is not null) Assert.Skip("The app runs in a process of its own, where a test has no say in its clock and its middleware.");
        var configuration = new Dictionary<string, string>(settings)
        {
            ["IDENTITY_ENDPOINT"] = azure.IdentityEndpoint.ToString(),
            ["IDENTITY_HEADER"] = azure.IdentityHeader,
            ["LocalHost:Keys:default"] = TestCloud.FunctionKey,
            ["LocalHost:Keys:master"] = TestCloud.AdminKey,
        };
        var app = RepositoryRoot.File("artifacts", "app");
        var state = Path.Combine(directory, "host");
        IAsyncDisposable host;
        Uri address;
        if (configuration.ContainsKey(InOwnProcess))
        {
            var process = await HostProcess.StartAsync(app, state, configuration);
            (host, address) = (process, process.Address);
        }
        else
        {
            var here = await FunctionsHost.StartAsync(
                new FunctionsHostOptions
                {
                    AppDirectory = app,
                    Port = 0,
                    StateDirectory = state,
                    Settings = configuration,
                    Logging = logging => logging.ClearProviders(),
                    TurnTaken = TurnRecorder.ForCurrentTest(),
                },
                cancellationToken);
            (host, address) = (here, here.Address);
        }

        var services = new ServiceCollection();
        services.AddLogging();
        services.AddMetrics();
        services.AddSingleton<TokenCredential>(azure.CreateCredential());
        services.AddShellbox(new ConfigurationBuilder().AddInMemoryCollection(configuration.Select(c => KeyValuePair.Create(c.Key, (string?)c.Value))).Build());
        return new AppUnderTest(host, address, services.BuildServiceProvider());
    }

    public async Task<bool> IsIdleAsync(CancellationToken cancellationToken)
    {
        using var http = new HttpClient { BaseAddress = Address };
        var open = await http.GetFromJsonAsync<JsonArray>(
            $"runtime/webhooks/durabletask/instances?runtimeStatus=Running,Pending&code={TestCloud.AdminKey}", cancellationToken);
        return open!.All(o => o!["customStatus"] is JsonObject shown && (string?)shown["step"] == "hold");
    }

    public async Task SweepAsync(CancellationToken cancellationToken)
    {
        using var http = new HttpClient { BaseAddress = Address };
        using var body = new StringContent("{}", Encoding.UTF8, "application/json");
        using var response = await http.PostAsync($"admin/functions/SweepBoxes?wait=true&code={TestCloud.AdminKey}", body, cancellationToken);
        response.EnsureSuccessStatusCode();
    }

    /// <summary>Kills the host with SIGKILL; its worker ends with it.</summary>
    public Task KillAsync() => ((HostProcess)_host).KillAsync();

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0) return;
        await _host.DisposeAsync();
        await _services.DisposeAsync();
    }
}
