using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Azure.Core;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;
using Shellbox.Activities.Audit;
using Shellbox.Activities.State;
using Shellbox.AzureSimulator;
using Shellbox.AzureSimulator.Fleets;
using Shellbox.Contracts.Reconciliation;
using Shellbox.Tests.Guest;
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
    public static string BareInstance { get; } = RepositoryRoot.File("Shellbox.Tests", "Fixtures", "bare-instance");

    private readonly string _directory;
    private readonly Func<Task<AppUnderTest>> _start;
    private AppUnderTest _app;

    private TestCloud(
        string directory,
        string storage,
        SimulatedAzure azure,
        Func<Task<AppUnderTest>> start,
        AppUnderTest app,
        TestUser user
    )
    {
        _directory = directory;
        _start = start;
        _app = app;
        Storage = storage;
        Azure = azure;
        User = user;
        (Http, Management) = Clients(app);
    }

    public string Storage { get; }
    public SimulatedAzure Azure { get; }
    public TestUser User { get; }
    public HttpClient Http { get; private set; }

    /// <summary>For the URLs of a management payload, which carry their own key: one in a header would win over it.</summary>
    public HttpClient Management { get; private set; }

    /// <summary>The app's own client of its orchestrations. Where the app runs in this process alone.</summary>
    public DurableTaskClient Client => _app.Client;

    public T Get<T>()
        where T : notnull => _app.Services.GetRequiredService<T>();

    /// <param name="azurite">Where the storage account is from.</param>
    /// <param name="guest">What the boxes boot; null for tests in which no guest does.</param>
    /// <param name="instances">How many instances the pool has.</param>
    /// <param name="boxes">The user's boxes.</param>
    /// <param name="timeScale">Simulated seconds in a real one.</param>
    /// <param name="settings">Further settings of the app.</param>
    /// <param name="blanks">How many blank volumes the pool has: <c>blank-1</c> and so on.</param>
    /// <param name="time">The clock of the app and its orchestrations, which are kept in SQLite then; null: the real one. Where the app
    /// runs in this process alone.</param>
    /// <param name="grows">Whether the pool has a template of an instance, and creates and removes some.</param>
    /// <param name="golden">The box whose volume the blank ones are copies of; null when the pool makes none.</param>
    /// <param name="script">What runs on the instances in place of <c>shellbox-instance</c>.</param>
    /// <param name="expected">How many instances are adopted when it is not all.</param>
    /// <param name="middleware">Put around every function of the app. Where the app runs in this process alone.</param>
    /// <param name="attached">Boxes whose volumes are attached from the start: the instance of each.</param>
    public static async Task<TestCloud> StartAsync(
        AzuriteFixture azurite,
        GuestImageFixture? guest = null,
        int instances = 1,
        string[]? boxes = null,
        double timeScale = 50,
        Dictionary<string, string>? settings = null,
        int blanks = 0,
        TimeProvider? time = null,
        bool grows = false,
        string? golden = null,
        IReadOnlyDictionary<string, string>? attached = null,
        int? expected = null,
        string? script = null,
        Func<FunctionExecutionDelegate, FunctionExecutionDelegate>? middleware = null
    )
    {
        var cancel = TestContext.Current.CancellationToken;
        var image = guest is null ? null : await guest.DirectoryAsync();
        var directory = Directory.CreateTempSubdirectory("shellbox-test-").FullName;
        var user = await TestUser.CreateAsync(directory, "user");
        var instanceKey = await TestUser.CreateAsync(directory, "instance");
        var azure = await SimulatedAzure.StartAsync(
            new AzureSimulatorOptions
            {
                TimeScale = timeScale,
                Instances = InstanceKind.Sshd,
                StateDirectory = Path.Combine(directory, "azure"),
                InstanceImage = CreateInstanceImage(directory, image, script),
                Fleet = new FleetDescription
                {
                    VirtualMachines =
                    [
                        .. Enumerable
                            .Range(1, instances)
                            .Select(n => new FleetVirtualMachine
                            {
                                Name = string.Create(CultureInfo.InvariantCulture, $"vm-{n:d4}"),
                                Tags = new Dictionary<string, string> { ["shellbox:role"] = "instance", ["shellbox:status"] = "free" },
                                SshPublicKeys = [instanceKey.PublicKey],
                                DataDisks = (attached ?? new Dictionary<string, string>())
                                    .Where(a => a.Value == string.Create(CultureInfo.InvariantCulture, $"vm-{n:d4}"))
                                    .Select((a, lun) => (a, lun))
                                    .ToDictionary(d => d.lun, d => "vol-" + d.a.Key),
                            }),
                    ],
                    Disks =
                    [
                        .. (boxes ?? ["dev33"]).Select(box => new FleetDisk
                        {
                            Name = "vol-" + box,
                            Tags = new Dictionary<string, string>
                            {
                                ["shellbox:role"] = "volume",
                                ["shellbox:userid"] = user.Id,
                                ["shellbox:boxname"] = box,
                                ["owner"] = "somebody",
                            },
                            ContentFile = image is null ? null : Path.Combine(image, "volume.raw"),
                        }),
                        .. Enumerable
                            .Range(1, blanks)
                            .Select(n => new FleetDisk
                            {
                                Name = string.Create(CultureInfo.InvariantCulture, $"blank-{n}"),
                                ContentFile = image is null ? null : Path.Combine(image, "volume.raw"),
                            }),
                    ],
                },
            },
            cancel
        );

        var storage = azurite.ConnectionString;
        var configuration = new Dictionary<string, string>
        {
            ["AzureWebJobsStorage"] = storage,
            [DurableProvider.Setting] = time is null ? DurableProvider.OfRun : DurableProvider.Sqlite,
            ["Shellbox:Azure:ArmEndpoint"] = azure.ArmEndpoint.ToString(),
            ["Shellbox:Azure:Audience"] = azure.Audience,
            ["Shellbox:Azure:CertificateThumbprint"] = azure.CertificateThumbprint,
            ["Shellbox:Azure:SubscriptionId"] = azure.SubscriptionId,
            ["Shellbox:Azure:ResourceGroup"] = azure.ResourceGroup,
            ["Shellbox:Azure:OperationPollInterval"] = "00:00:00.100",
            ["Shellbox:Connect:FreeInstanceRetry"] = "00:00:00.100",
            ["Shellbox:Instance:PrivateKeyFile"] = instanceKey.KeyFile,
            ["Shellbox:Instance:UserName"] = "root",
            ["Shellbox:Instance:SshPort"] = azure.Options.InstancePort.ToString(CultureInfo.InvariantCulture),
            ["Shellbox:Instance:Command"] = "shellbox-instance",
            ["Shellbox:Reconcile:Schedule"] = "0 0 0 1 1 *",
            ["Shellbox:Pool:Schedule"] = "0 0 0 1 1 *",
            ["Shellbox:Maintenance:Schedule"] = "0 0 0 1 1 *",
        };
        if (grows)
        {
            configuration["Shellbox:Pool:Instance:Location"] = azure.Options.Location;
            configuration["Shellbox:Pool:Instance:Size"] = "Standard_D2s_v5";
            configuration["Shellbox:Pool:Instance:Image"] = "Debian:debian-12:12-gen2:latest";
            configuration["Shellbox:Pool:Instance:SubnetId"] =
                "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/v/subnets/instances";
            configuration["Shellbox:Pool:Instance:PublicKey"] = instanceKey.PublicKey;
        }

        if (golden is not null)
        {
            configuration["Shellbox:Pool:Volume:Location"] = azure.Options.Location;
            configuration["Shellbox:Pool:Volume:GoldenSnapshotId"] =
                $"/subscriptions/{azure.SubscriptionId}/resourceGroups/{azure.ResourceGroup}"
                + $"/providers/Microsoft.Compute/disks/vol-{golden}";
        }

        foreach (var (name, value) in settings ?? [])
            configuration[name] = value;

        AppUnderTest app;
        try
        {
            app = await StartAppAsync();
        }
        catch
        {
            await azure.DisposeAsync();
            Directory.Delete(directory, recursive: true);
            throw;
        }

        var cloud = new TestCloud(directory, storage, azure, StartAppAsync, app, user);
        var report = await cloud.AdoptAsync();
        Assert.Equal(expected ?? instances, (int)report["instances"]!);
        for (var n = 1; n <= blanks; n++)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"blank-{n}");
            Assert.True(await cloud.Get<VolumeStore>().TryAddBlankAsync(name, cloud.DiskId(name), cancel));
        }

        return cloud;

        Task<AppUnderTest> StartAppAsync() => AppUnderTest.StartAsync(configuration, directory, azure, time, middleware, cancel);
    }

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
        UntilAsync(() => GetAsync("api/pool"), p => (int)p["instances"]![state]! == count, $"{count} instances are {state}");

    /// <summary>Runs a command in the guest, over real SSH with the user's key and the host key that the connect gave.</summary>
    public async Task<string> SshAsync(JsonNode endpoint, string command)
    {
        var (host, port) = ((string)endpoint["host"]!, (int)endpoint["port"]!);
        var knownHosts = Path.Combine(_directory, $"known-hosts-{Guid.NewGuid():n}");
        await File.WriteAllTextAsync(knownHosts, $"[{host}]:{port} {(string)endpoint["hostKey"]!}\n", Cancel);
        var run = await ProgramRun.OfAsync(
            "ssh",
            [
                "-F",
                "none",
                "-i",
                User.KeyFile,
                "-o",
                $"UserKnownHostsFile={knownHosts}",
                "-o",
                "StrictHostKeyChecking=yes",
                "-o",
                "BatchMode=yes",
                "-o",
                "IdentitiesOnly=yes",
                "-p",
                port.ToString(CultureInfo.InvariantCulture),
                $"{(string)endpoint["user"]!}@{host}",
                command,
            ],
            cancellation: Cancel
        );
        return run.Succeeded();
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

    /// <summary>Looks until what is looked for is there; the test's own time limit ends it.</summary>
    public static Task<T> UntilAsync<T>(Func<Task<T>> look, Func<T, bool> good, string what) => Patiently.UntilAsync(look, good, what);

    /// <summary>ARM's fields may say that an operation is over a moment before ARM takes the next one.</summary>
    public static Task<bool> WhenIdleAsync(Func<Task> act) =>
        UntilAsync(
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
            done => done,
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

    private static string CreateInstanceImage(string directory, string? guestImage, string? script)
    {
        var image = Path.Combine(directory, "instance-image");
        var bin = Directory.CreateDirectory(Path.Combine(image, "usr", "local", "bin")).FullName;
        var lib = Directory.CreateDirectory(Path.Combine(image, "usr", "local", "lib", "shellbox")).FullName;
        File.Copy(script ?? RepositoryRoot.File("infra", "instance", "shellbox-instance"), Path.Combine(bin, "shellbox-instance"));
        if (guestImage is null)
            return image;
        foreach (var name in new[] { "vmlinux", "vmlinuz", "initramfs.gz" })
        {
            var file = Path.Combine(guestImage, name);
            if (File.Exists(file))
                File.CreateSymbolicLink(Path.Combine(lib, name), file);
        }

        Directory.CreateSymbolicLink(Path.Combine(lib, "booted-kernel"), Path.Combine(guestImage, "booted-kernel"));

        return image;
    }
}
