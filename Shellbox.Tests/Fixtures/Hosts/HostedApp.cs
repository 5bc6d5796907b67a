using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Azure.Storage.Queues;
using Microsoft.Extensions.Logging;
using Shellbox.LocalHost;
using Xunit;

namespace Shellbox.Tests.Fixtures;

/// <summary>
/// The tests' own app (Shellbox.Tests.App) on a local host in this process, with a storage account and a folder of its own.
/// </summary>
internal sealed class HostedApp : IAsyncDisposable
{
    public const string MasterKey = "test-master-key";
    public const string HostKey = "test-host-key";

    private readonly string _folder = Directory.CreateTempSubdirectory("shellbox-host-").FullName;
    private readonly Dictionary<string, string> _settings;
    private readonly string _storage;
    private readonly TimeProvider _time;
    private FunctionsHost? _host;

    private HostedApp(string storage, Dictionary<string, string>? settings, TimeProvider? time = null)
    {
        _storage = storage;
        _time = time ?? TimeProvider.System;
        _settings = new Dictionary<string, string>(settings ?? [])
        {
            ["AzureWebJobsStorage"] = storage,
            ["LocalHost:Keys:master"] = MasterKey,
            ["LocalHost:Keys:default"] = HostKey,
            ["TESTS_FOLDER"] = _folder,
        };

        // Not while a test runs.
        _settings.TryAdd("TESTS_SCHEDULE", "0 0 0 1 1 *");
    }

    /// <summary>The build of the tests' app.</summary>
    public static string AppDirectory { get; } = RepositoryRoot.File("Shellbox.Tests.App", "bin", "Release", "net10.0");

    public FunctionsHost Host => _host ?? throw new InvalidOperationException("The host is stopped.");

    public HttpClient Http { get; private set; } = null!;

    public RecordedLog Log { get; } = new();

    public string Storage => _storage;

    public static async Task<HostedApp> StartAsync(
        AzuriteFixture azurite,
        Dictionary<string, string>? settings = null,
        TimeProvider? time = null
    )
    {
        var app = new HostedApp(azurite.ConnectionString, settings, time);
        try
        {
            await app.StartHostAsync();
            return app;
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    /// <summary>A second host of the same app on the same storage account, hub and folder.</summary>
    public async Task<HostedApp> StartSecondAsync()
    {
        var second = new HostedApp(_storage, new Dictionary<string, string>(_settings));
        second._settings["TESTS_FOLDER"] = _folder;
        await second.StartHostAsync();
        return second;
    }

    public async Task StartHostAsync()
    {
        _host = await FunctionsHost.StartAsync(
            new FunctionsHostOptions
            {
                AppDirectory = AppDirectory,
                Port = 0,
                StateDirectory = Path.Combine(_folder, "state"),
                Settings = _settings,
                Time = _time,
                Logging = logging => logging.AddProvider(Log),
            },
            Cancel
        );
        Http = new HttpClient { BaseAddress = _host.Address, Timeout = TimeSpan.FromMinutes(3) };
    }

    public async Task StopHostAsync()
    {
        Http.Dispose();
        await Host.DisposeAsync();
        _host = null;
    }

    /// <summary>The lines that functions have left under that name.</summary>
    public string[] Lines(string name)
    {
        var file = Path.Combine(_folder, name + ".lines");
        return File.Exists(file) ? File.ReadAllText(file).Split('\n')[..^1] : [];
    }

    public Task<string[]> UntilLinesAsync(string name, int count) =>
        Wait.UntilAsync(() => Lines(name), l => l.Length >= count, $"{count} lines of {name}");

    /// <summary>Lets functions through that wait there.</summary>
    public void Open(string gate) => File.WriteAllText(Path.Combine(_folder, gate + ".gate"), "");

    public async Task SendAsync(string queue, string message)
    {
        var client = Queue(queue);
        await client.CreateIfNotExistsAsync(cancellationToken: Cancel);
        await client.SendMessageAsync(Convert.ToBase64String(Encoding.UTF8.GetBytes(message)), Cancel);
    }

    public QueueClient Queue(string name) => new(_storage, name);

    /// <summary>Starts an orchestration, at once or after that many seconds; gives its instance id.</summary>
    public async Task<string> BeginAsync(string orchestrator, string? id = null, object? input = null, int? after = null)
    {
        id ??= Guid.NewGuid().ToString("n");
        using var response = await Http.PostAsync($"api/start/{orchestrator}/{id}?after={after}", Json(input), Cancel);
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        return id;
    }

    /// <summary>What the management API says of an instance.</summary>
    public async Task<JsonNode> StatusAsync(string id, string query = "")
    {
        using var response = await ManageAsync(HttpMethod.Get, $"instances/{id}?{query}");
        return response.StatusCode is HttpStatusCode.NotFound
            ? new JsonObject()
            : JsonNode.Parse(await response.Content.ReadAsStringAsync(Cancel))!;
    }

    public Task<JsonNode> UntilStatusAsync(string id, string status) =>
        Wait.UntilAsync(() => StatusAsync(id), s => (string?)s["runtimeStatus"] == status, $"{id} is {status}");

    /// <summary>Waits until the orchestrator has set that text as its status.</summary>
    public Task<JsonNode> UntilCustomStatusAsync(string id, string text) =>
        Wait.UntilAsync(
            () => StatusAsync(id),
            s => s["customStatus"] is JsonValue value && value.ToString() == text,
            $"the custom status of {id} is {text}"
        );

    /// <summary>Waits until it has ended, however.</summary>
    public Task<JsonNode> EndAsync(string id) =>
        Wait.UntilAsync(
            () => StatusAsync(id),
            s => (string?)s["runtimeStatus"] is "Completed" or "Failed" or "Terminated",
            $"{id} has ended"
        );

    /// <summary>Runs an orchestration to its end, whatever that is.</summary>
    public async Task<JsonNode> RunToEndAsync(string orchestrator, object? input = null, string? id = null) =>
        await EndAsync(await BeginAsync(orchestrator, id, input));

    /// <summary>Runs an orchestration that completes; gives its output.</summary>
    public async Task<JsonNode?> RunAsync(string orchestrator, object? input = null, string? id = null)
    {
        var end = await RunToEndAsync(orchestrator, input, id);
        Assert.True((string?)end["runtimeStatus"] == "Completed", end.ToJsonString());
        return end["output"];
    }

    /// <summary>Sends an event; without data it has none.</summary>
    public async Task RaiseAsync(string id, string name, object? data = null)
    {
        using var response = await ManageAsync(HttpMethod.Post, $"instances/{id}/raiseEvent/{name}", data, sendNull: true);
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
    }

    /// <summary>Gives an order that the management API accepts: terminate, suspend or resume.</summary>
    public async Task OrderAsync(string id, string order, string reason = "")
    {
        using var response = await ManageAsync(HttpMethod.Post, $"instances/{id}/{order}?reason={reason}");
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
    }

    public async Task SuspendAsync(string id)
    {
        await OrderAsync(id, "suspend", "pause");
        await UntilStatusAsync(id, "Suspended");
    }

    /// <summary>A request to the management API.</summary>
    public async Task<HttpResponseMessage> ManageAsync(
        HttpMethod method,
        string path,
        object? body = null,
        bool sendNull = false,
        string? continuationToken = null
    )
    {
        using var request = new HttpRequestMessage(
            method,
            $"runtime/webhooks/durabletask/{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}code={MasterKey}"
        );
        request.Content = Json(body, sendNull);
        if (continuationToken is not null)
            request.Headers.Add("x-ms-continuation-token", continuationToken);
        return await Http.SendAsync(request, Cancel);
    }

    /// <summary>What the app's own client sees (ClientFunctions): a value, or what was thrown.</summary>
    public async Task<JsonNode> ClientAsync(HttpMethod method, string path, object? body = null)
    {
        using var request = new HttpRequestMessage(method, "api/client" + path) { Content = Json(body) };
        using var response = await Http.SendAsync(request, Cancel);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return JsonNode.Parse(await response.Content.ReadAsStringAsync(Cancel))!;
    }

    /// <summary>Kills the app's process, as a crash would; gives its id.</summary>
    public async Task<int> KillWorkerAsync()
    {
        var id = await Wait.UntilAsync(() => Host.WorkerProcessId, w => w is not null, "a worker runs");
        using var process = Process.GetProcessById(id!.Value);
        process.Kill();
        await process.WaitForExitAsync(Cancel);
        return id.Value;
    }

    public Task<int?> UntilAnotherWorkerAsync(int than) =>
        Wait.UntilAsync(
            () => Host.WorkerProcessId,
            w => w is not null && w != than,
            string.Create(CultureInfo.InvariantCulture, $"a worker other than {than} runs")
        );

    public async ValueTask DisposeAsync()
    {
        if (_host is not null)
            await StopHostAsync();
        if (Directory.Exists(_folder))
            Directory.Delete(_folder, recursive: true);
    }

    private static StringContent? Json(object? body, bool evenNull = false) =>
        body is null && !evenNull ? null : new StringContent(JsonSerializer.Serialize(body), Encoding.UTF8, "application/json");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;
}
