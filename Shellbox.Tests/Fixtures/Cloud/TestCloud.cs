using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Azure.Core;
using Azure.Storage.Queues;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;
using Shellbox.Activities.Audit;
using Shellbox.AzureSimulator;
using Shellbox.Contracts.Reconciliation;
using Xunit;

namespace Shellbox.Tests.Fixtures;

/// <summary>
/// A whole cloud for one test: the simulated Azure with real sshd instances, the app on a Functions host, a storage account of its own, and
/// the fleet adopted.
/// </summary>
internal sealed class TestCloud : IAsyncDisposable
{
    public const string FunctionKey = "test-function-key";
    public const string AdminKey = "test-admin-key";

    /// <summary>Answers as an instance does, without a guest.</summary>
    public static string BareInstance { get; } = RepositoryRoot.File("Shellbox.Tests", "Fixtures", "Cloud", "bare-instance");

    private readonly string _directory;
    private readonly Func<Task<AppUnderTest>> _start;
    private AppUnderTest _app;

    /// <param name="directory">A folder of its own, which goes with it.</param>
    /// <param name="azure">The simulated Azure.</param>
    /// <param name="user">Whose boxes they are.</param>
    /// <param name="start">Starts the app once more, as it was started.</param>
    /// <param name="app">The app that runs.</param>
    internal TestCloud(string directory, SimulatedAzure azure, TestUser user, Func<Task<AppUnderTest>> start, AppUnderTest app)
    {
        _directory = directory;
        _start = start;
        _app = app;
        Azure = azure;
        User = user;
        (Http, Management) = Clients(app);
    }

    public required string Storage { get; init; }
    public SimulatedAzure Azure { get; }
    public TestUser User { get; }
    public HttpClient Http { get; private set; }

    /// <summary>For the URLs of a management payload, which carry their own key: one in a header would win over it.</summary>
    public HttpClient Management { get; private set; }

    /// <summary>The app's own client of its orchestrations. Where the app runs in this process alone.</summary>
    public DurableTaskClient Client => _app.Client;

    public T Get<T>()
        where T : notnull => _app.Services.GetRequiredService<T>();

    /// <summary>Begins to say what the cloud has; the builder's StartAsync starts it.</summary>
    public static TestCloudBuilder With(AzuriteFixture azurite) => new(azurite);

    /// <summary>Stops the app; the rest of the cloud stays.</summary>
    public async Task StopAppAsync()
    {
        Http.Dispose();
        Management.Dispose();
        await _app.DisposeAsync();
    }

    /// <summary>
    /// Stops the app and starts it again on the same storage and the same database. It listens elsewhere then: URLs from before lead
    /// nowhere.
    /// </summary>
    public async Task RestartAsync()
    {
        await StopAppAsync();
        _app = await _start();
        (Http, Management) = Clients(_app);
    }

    /// <summary>Kills host and worker with SIGKILL and starts them again on the same storage. They listen elsewhere then.</summary>
    public async Task KillAndRestartAsync()
    {
        await _app.KillAsync();
        await RestartAsync();
    }

    /// <summary>A second host of the app, on the same storage and hub, as Azure adds one under load.</summary>
    public async Task<IAsyncDisposable> StartSecondHostAsync() => await _start();

    /// <summary>Whether no orchestration has anything to do but to let a hold pass.</summary>
    public Task<bool> IsIdleAsync() => _app.IsIdleAsync(Cancel);

    /// <summary>The ARM id of a managed disk.</summary>
    public string DiskId(string name) =>
        $"/subscriptions/{Azure.SubscriptionId}/resourceGroups/{Azure.ResourceGroup}/providers/Microsoft.Compute/disks/{name}";

    /// <summary>An activity of the app, to be run by hand.</summary>
    public T Activity<T>() => ActivatorUtilities.CreateInstance<T>(_app.Services);

    /// <inheritdoc cref="Activity{T}" />
    public object Activity(Type type) => ActivatorUtilities.CreateInstance(_app.Services, type);

    /// <summary>Runs the sweep, as its timer does.</summary>
    public Task SweepAsync() => _app.SweepAsync(Cancel);

    public Task<HttpResponseMessage> PutAsync(string box, object? body = null) =>
        Http.PutAsJsonAsync($"api/users/{User.Id}/boxes/{box}", body ?? new { }, Cancel);

    public Task<HttpResponseMessage> DeleteAsync(string box = "dev33", int wait = 200) =>
        Http.DeleteAsync($"api/users/{User.Id}/boxes/{box}?wait={wait}", Cancel);

    public async Task<bool> HasDiskAsync(string name) =>
        await Get<Shellbox.Activities.Azure.ComputeInstances>().ListDisksAsync(Cancel).AnyAsync(d => d.Data.Name == name, Cancel);

    /// <summary>Connects and waits for the end of it.</summary>
    public async Task<JsonNode> ConnectAsync(string box = "dev33", string? expectedTier = null)
    {
        var response = await PostConnectAsync(box, wait: 200);
        var body = await response.Content.ReadAsStringAsync(Cancel);
        Assert.True(response.StatusCode == HttpStatusCode.OK, $"{response.StatusCode}: {body}");
        var result = JsonNode.Parse(body)!;
        if (expectedTier is not null)
            Assert.Equal(expectedTier, (string)result["tier"]!);
        return result;
    }

    public Task<HttpResponseMessage> PostConnectAsync(string box = "dev33", int wait = 0) =>
        Http.PostAsJsonAsync($"api/users/{User.Id}/boxes/{box}/connect?wait={wait}", new { publicKey = User.PublicKey }, Cancel);

    /// <summary>Ends all sessions and waits until the box is released.</summary>
    public Task<JsonNode> DisconnectAsync(string box = "dev33") => DisconnectAsync(box, hold: 0);

    /// <param name="box">The box.</param>
    /// <param name="hold">How long the guest stays in memory, in seconds; null: as the settings say.</param>
    public async Task<JsonNode> DisconnectAsync(string box, double? hold)
    {
        var response = await Http.PostAsJsonAsync($"api/users/{User.Id}/boxes/{box}/disconnect?wait=200", new { hold }, Cancel);
        var body = await response.Content.ReadAsStringAsync(Cancel);
        Assert.True(response.StatusCode == HttpStatusCode.OK, $"{response.StatusCode}: {body}");
        return JsonNode.Parse(body)!;
    }

    public async Task<JsonNode> GetAsync(string path) => JsonNode.Parse(await Http.GetStringAsync(path, Cancel))!;

    public async Task<JsonNode> GetStatusAsync(string url) => JsonNode.Parse(await Management.GetStringAsync(url, Cancel))!;

    public Task<JsonNode> ShowBoxAsync(string box = "dev33") => GetAsync($"api/users/{User.Id}/boxes/{box}");

    public Task<JsonNode> RecoverAsync() => PostAsAdminAsync("api/fleet/recover?wait=200");

    public Task<JsonNode> AdoptAsync() => PostAsAdminAsync("api/fleet/adopt?wait=200");

    public async Task<ReconciliationReport> ReconcileAsync(bool dryRun = false) =>
        (await PostAsAdminAsync($"api/reconciliation?wait=200&dryRun={dryRun}")).Deserialize<ReconciliationReport>()!;

    /// <summary>Lets the pool look at itself; what it begins goes on beside.</summary>
    public Task<JsonNode> RunPoolAsync() => PostAsAdminAsync("api/pool?wait=200");

    public Task<JsonNode> PausePoolAsync(bool paused, string? reason = null) =>
        SendAsAdminAsync(HttpMethod.Put, "api/pool/paused", JsonContent.Create(new { paused, reason }));

    /// <summary>Waits until so many instances are in a state.</summary>
    public Task<JsonNode> UntilInstancesAsync(string state, int count) =>
        Wait.UntilAsync(() => GetAsync("api/pool"), p => (int)p["instances"]![state]! == count, $"{count} instances are {state}");

    /// <summary>A queue of the app, whose messages are encoded as the host's trigger expects them.</summary>
    public QueueClient Queue(string name) => new(Storage, name, new QueueClientOptions { MessageEncoding = QueueMessageEncoding.Base64 });

    /// <summary>Runs a command in the guest, over real SSH with the user's key and the host key that the connect gave.</summary>
    public async Task<string> SshAsync(JsonNode endpoint, string command)
    {
        var server = new SshServer(
            (string)endpoint["host"]!,
            (int)endpoint["port"]!,
            (string)endpoint["user"]!,
            (string)endpoint["hostKey"]!
        );
        return (await User.Key.RunAsync(server, command, Cancel)).Succeeded();
    }

    /// <summary>The request is refused with that problem; gives its detail.</summary>
    public static async Task<string> RefusedAsync(int status, string problem, Task<HttpResponseMessage> request)
    {
        var response = await request;
        var body = await response.Content.ReadAsStringAsync(Cancel);
        Assert.True(status == (int)response.StatusCode, $"{(int)response.StatusCode} {body}");
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        var document = JsonNode.Parse(body)!;
        Assert.Equal("https://shellbox.dev/problems/" + problem, (string)document["type"]!);
        Assert.NotEmpty((string)document["detail"]!);
        return (string)document["detail"]!;
    }

    /// <summary>Waits until the box is in that state, as its user is told.</summary>
    public Task<JsonNode> UntilBoxIsAsync(string state, string box = "dev33") =>
        Wait.UntilAsync(() => ShowBoxAsync(box), b => (string)b["state"]! == state, $"{box} is {state}");

    /// <summary>Waits until that VM has the volume, or none has, by the disk's own account.</summary>
    public Task<string?> UntilHolderIsAsync(string? virtualMachine, string volume = "vol-dev33") =>
        Wait.UntilAsync(
            () => HolderAsync(volume),
            holder => holder == virtualMachine,
            $"{volume} is attached to {virtualMachine ?? "no VM"}"
        );

    /// <summary>Waits until a fault has hit a call, which then hangs or has failed.</summary>
    /// <param name="what">What that means in the test.</param>
    public Task<int> UntilFaultHitsAsync(string what) => Wait.UntilAsync(() => Azure.Faults.Hits.Count, hits => hits > 0, what);

    /// <summary>ARM's fields may say that an operation is over a moment before ARM takes the next one.</summary>
    public static Task WhenIdleAsync(Func<Task> act) =>
        Wait.UntilAsync(
            async () =>
            {
                try
                {
                    await act();
                    return true;
                }
                catch (global::Azure.RequestFailedException e) when (e.Status is 409 or 412)
                {
                    return false;
                }
            },
            "ARM takes the operation"
        );

    /// <summary>What the bare instances have noted of guests that they started: box and epoch, as often as they did.</summary>
    public IReadOnlyList<string> GuestStarts() =>
        [
            .. Directory
                .GetFiles(Path.Combine(_directory, "azure", "instances"), "starts", SearchOption.AllDirectories)
                .SelectMany(File.ReadAllLines),
        ];

    /// <summary>The VM that has the volume, by the disk's own account; null when none has.</summary>
    public async Task<string?> HolderAsync(string volume = "vol-dev33") =>
        (await Get<Shellbox.Activities.Azure.ComputeInstances>().GetDiskHolderAsync(new ResourceIdentifier(DiskId(volume)), Cancel))?.Name;

    public async Task<IReadOnlyList<EventRow>> EventsAsync(BoxKey? key) => await Get<EventLog>().ReadAsync(key, Cancel).ToListAsync(Cancel);

    public BoxKey Key(string box = "dev33") => new(User.Id, box);

    public async ValueTask DisposeAsync()
    {
        await StopAppAsync();
        await Azure.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private Task<JsonNode> PostAsAdminAsync(string path) => SendAsAdminAsync(HttpMethod.Post, path, null);

    private async Task<JsonNode> SendAsAdminAsync(HttpMethod method, string path, HttpContent? content)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        request.Headers.Add("x-functions-key", AdminKey);
        using var admin = new HttpClient { BaseAddress = Http.BaseAddress, Timeout = TimeSpan.FromMinutes(4) };
        var response = await admin.SendAsync(request, Cancel);
        var body = await response.Content.ReadAsStringAsync(Cancel);
        Assert.True(response.StatusCode == HttpStatusCode.OK, $"{response.StatusCode}: {body}");
        return JsonNode.Parse(body)!;
    }

    private static (HttpClient Http, HttpClient Management) Clients(AppUnderTest app)
    {
        var address = app.Address;
        var http = new HttpClient { BaseAddress = address, Timeout = TimeSpan.FromMinutes(4) };
        http.DefaultRequestHeaders.Add("x-functions-key", FunctionKey);
        return (http, new HttpClient { BaseAddress = address });
    }
}
