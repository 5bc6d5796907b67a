using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Azure.Core;
using Azure.Data.Tables;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Shellbox.Activities;
using Shellbox.Activities.Configuration;
using Shellbox.AzureSimulator;
using Shellbox.Cli.LocalCloud;
using Shellbox.Embedded.Hosting;
using Shellbox.Functions;

namespace Shellbox.Benchmarks;

/// <summary>The app as it ships, on the embedded host in this process.</summary>
internal sealed class BenchmarkApp : IAsyncDisposable
{
    private const string Key = "bench";

    private readonly HttpClient _management = new();
    private readonly IHost _host;

    private BenchmarkApp(IHost host)
    {
        _host = host;
        Http = new HttpClient { BaseAddress = host.GetEmbeddedHostInfo().BaseAddress, Timeout = TimeSpan.FromMinutes(4) };
        Http.DefaultRequestHeaders.Add("x-functions-key", Key);
    }

    public HttpClient Http { get; }

    public T Get<T>() where T : notnull => _host.Services.GetRequiredService<T>();

    /// <param name="paths">Its state, and the key that opens the instances.</param>
    /// <param name="storage">The connection string of the storage account.</param>
    /// <param name="azure">The simulated Azure.</param>
    /// <param name="overrides">Settings that differ from a local cloud's.</param>
    /// <param name="tables">Table Storage's client options; null: the app's own.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    public static async Task<BenchmarkApp> StartAsync(
        CloudPaths paths,
        string storage,
        SimulatedAzure azure,
        Dictionary<string, string> overrides,
        TableClientOptions? tables,
        CancellationToken cancellationToken)
    {
        var settings = new Dictionary<string, string>(overrides)
        {
            ["AzureWebJobsScriptRoot"] = Repository.Root,
            ["AzureWebJobsStorage"] = storage,
            ["Shellbox:Azure:ArmEndpoint"] = azure.ArmEndpoint.ToString(),
            ["Shellbox:Azure:Audience"] = azure.Audience,
            ["Shellbox:Azure:CertificateThumbprint"] = azure.CertificateThumbprint,
            ["Shellbox:Azure:SubscriptionId"] = azure.SubscriptionId,
            ["Shellbox:Azure:ResourceGroup"] = azure.ResourceGroup,
            ["Shellbox:Azure:OperationPollInterval"] = (new AzureOptions().OperationPollInterval / azure.Options.TimeScale).ToString("c"),
            ["Shellbox:Instance:PrivateKeyFile"] = paths.InstanceKey,
            ["Shellbox:Instance:UserName"] = "root",
            ["Shellbox:Reconcile:Schedule"] = "0 0 0 1 1 *",
            // One user has all the boxes.
            ["Shellbox:Quota:Boxes"] = "10000",
            ["Shellbox:Quota:RunningBoxes"] = "10000",
            ["Shellbox:Pool:Schedule"] = "0 0 0 1 1 *",
            ["Shellbox:Maintenance:Schedule"] = "0 0 0 1 1 *",
            ["EmbeddedHost:DatabasePath"] = paths.DurableDatabase,
            ["EmbeddedHost:Keys:default"] = Key,
            ["EmbeddedHost:Keys:master"] = Key,
        };
        settings.TryAdd("Shellbox:Instance:SshPort", azure.Options.InstancePort.ToString(CultureInfo.InvariantCulture));
        settings.TryAdd("Shellbox:Instance:Command", "shellbox-instance");
        var builder = ShellboxApplication.CreateBuilder(["--urls", "http://127.0.0.1:0", .. settings.Select(s => $"--{s.Key}={s.Value}")]);
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<TokenCredential>(azure.CreateCredential());
        if (tables is not null) builder.Services.AddSingleton(new TableServiceClient(storage, tables));
        builder.Services.Configure<EmbeddedHostOptions>(options =>
        {
            options.Assemblies.Add(typeof(ShellboxApplication).Assembly);
            options.Assemblies.Add(typeof(BoxKey).Assembly);
        });
        var host = builder.Build();
        await host.StartAsync(cancellationToken);
        return new BenchmarkApp(host);
    }

    /// <summary>Connects and waits for the end of it; gives the connect result.</summary>
    public async Task<JsonNode> ConnectAsync(string userId, string publicKey, string box, CancellationToken cancellationToken)
    {
        using var response = await Http.PostAsJsonAsync($"api/users/{userId}/boxes/{box}/connect?wait=200", new { publicKey }, cancellationToken);
        var body = await response.Content.ReadAsStringAsync(cancellationToken);
        if (response.StatusCode is HttpStatusCode.Accepted) return await WaitAsync(response.Headers.Location!, cancellationToken);
        return response.StatusCode is HttpStatusCode.OK
            ? JsonNode.Parse(body)!
            : throw new InvalidOperationException($"The connect of {box} was answered with {(int)response.StatusCode}: {body}");
    }

    /// <summary>Looks at the status URL, which carries its own key, until the connect has ended.</summary>
    private async Task<JsonNode> WaitAsync(Uri status, CancellationToken cancellationToken)
    {
        while (true)
        {
            var seen = JsonNode.Parse(await _management.GetStringAsync(status, cancellationToken))!;
            if ((string)seen["runtimeStatus"]! == "Completed") return seen["output"]!;
            if ((string)seen["runtimeStatus"]! is "Failed" or "Terminated") throw new InvalidOperationException($"The connect ended as {seen["runtimeStatus"]}: {seen["output"]}");
            await Task.Delay(1000, cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _management.Dispose();
        Http.Dispose();
        await _host.StopAsync(CancellationToken.None);
        if (_host is IAsyncDisposable disposable) await disposable.DisposeAsync();
    }
}
