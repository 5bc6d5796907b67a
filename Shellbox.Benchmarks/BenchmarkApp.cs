using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Azure.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Shellbox.Activities;
using Shellbox.Activities.Azure;
using Shellbox.AzureSimulator;
using Shellbox.LocalCloud;

namespace Shellbox.Benchmarks;

/// <summary>The app as it ships and as <c>up</c> runs it: what was published, on a local host in a process of its own.</summary>
internal sealed class BenchmarkApp : IAsyncDisposable
{
    public const string Key = "bench";

    private readonly HttpClient _management = new();
    private readonly ServiceProvider _services;
    private bool _disposed;

    private BenchmarkApp(HostProcess host, ServiceProvider services)
    {
        (Host, _services) = (host, services);
        Http = new HttpClient { BaseAddress = host.Address, Timeout = TimeSpan.FromMinutes(15) };
        Http.DefaultRequestHeaders.Add("x-functions-key", Key);
    }

    public HostProcess Host { get; }

    public HttpClient Http { get; }

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

    /// <summary>Connects and waits for the end of it; gives the connect result.</summary>
    public async Task<JsonNode> ConnectAsync(string userId, string publicKey, string box, CancellationToken cancellationToken)
    {
        using var response = await Http.PostAsJsonAsync(
            $"api/users/{userId}/boxes/{box}/connect?wait=200",
            new { publicKey },
            cancellationToken
        );
        var body = await response.Content.ReadAsStringAsync(cancellationToken);
        if (response.StatusCode is HttpStatusCode.Accepted)
            return await WaitAsync(response.Headers.Location!, cancellationToken);
        return response.StatusCode is HttpStatusCode.OK
            ? JsonNode.Parse(body)!
            : throw new InvalidOperationException($"The connect of {box} was answered with {(int)response.StatusCode}: {body}");
    }

    /// <summary>Begins a connect; gives the id of its orchestration.</summary>
    public async Task<string> BeginConnectAsync(string userId, string publicKey, string box, CancellationToken cancellationToken)
    {
        using var response = await Http.PostAsJsonAsync(
            $"api/users/{userId}/boxes/{box}/connect?wait=0",
            new { publicKey },
            cancellationToken
        );
        var body = await response.Content.ReadAsStringAsync(cancellationToken);
        return response.StatusCode is HttpStatusCode.Accepted
            ? (string)JsonNode.Parse(body)!["id"]!
            : throw new InvalidOperationException($"The connect of {box} was answered with {(int)response.StatusCode}: {body}");
    }

    /// <summary>What the management API says of an orchestration.</summary>
    public async Task<JsonNode> StatusAsync(string id, CancellationToken cancellationToken)
    {
        var address = new Uri(Host.Address, $"runtime/webhooks/durabletask/instances/{id}?showInput=false&code={Key}");
        return JsonNode.Parse(await _management.GetStringAsync(address, cancellationToken))!;
    }

    /// <summary>Looks at the status URL, which carries its own key, until the connect has ended.</summary>
    private async Task<JsonNode> WaitAsync(Uri status, CancellationToken cancellationToken)
    {
        while (true)
        {
            var seen = JsonNode.Parse(await _management.GetStringAsync(status, cancellationToken))!;
            if ((string)seen["runtimeStatus"]! == "Completed")
                return seen["output"]!;
            if ((string)seen["runtimeStatus"]! is "Failed" or "Terminated")
            {
                throw new InvalidOperationException($"The connect ended as {seen["runtimeStatus"]}: {seen["output"]}");
            }

            await Task.Delay(1000, cancellationToken);
        }
    }

    /// <summary>Stops it, if it runs.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_disposed)
            return;
        _disposed = true;
        _management.Dispose();
        Http.Dispose();
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
