using System.Globalization;
using Shellbox.Activities.Instances;
using Shellbox.Activities.Operations;
using Shellbox.Activities.State;
using Shellbox.AzureSimulator;
using Shellbox.AzureSimulator.Fleets;
using Shellbox.Contracts.Agent;
using Shellbox.LocalCloud;
using FleetDisk = Shellbox.AzureSimulator.Fleets.FleetDisk;
using FleetVirtualMachine = Shellbox.AzureSimulator.Fleets.FleetVirtualMachine;

namespace Shellbox.Benchmarks.Connect;

/// <summary>
/// The app as it ships, with Azurite, the simulated Azure, real sshd and real QEMU: one instance and one box for each connect.
/// </summary>
internal sealed class ShellboxCloud : IAsyncDisposable
{
    private readonly CloudPaths _paths;
    private readonly BenchmarkUser _user;
    private readonly DurableStorage _durable;
    private int _starts;

    private ShellboxCloud(CloudPaths paths, BenchmarkAzurite azurite, SimulatedAzure azure, BenchmarkUser user, DurableStorage durable)
    {
        (_paths, _user, _durable) = (paths, user, durable);
        (Azurite, Azure) = (azurite, azure);
    }

    public BenchmarkAzurite Azurite { get; }

    public SimulatedAzure Azure { get; }

    /// <summary>The app that requests go to.</summary>
    public BenchmarkApp App { get; private set; } = null!;

    public static string Box(int n) => string.Create(CultureInfo.InvariantCulture, $"box{n:d4}");

    /// <param name="boxes">How many.</param>
    /// <param name="timeScale">Of Azure.</param>
    /// <param name="seed">Of Azure's draws.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    /// <param name="durable">Where the app's orchestrations are kept.</param>
    /// <param name="writeRequests">Whether Azurite is to write down what it is asked.</param>
    public static async Task<ShellboxCloud> StartAsync(
        int boxes,
        double timeScale,
        int seed,
        CancellationToken cancellationToken,
        DurableStorage durable = DurableStorage.AzureStorage,
        bool writeRequests = false
    )
    {
        var state = Directory.CreateTempSubdirectory("shellbox-bench-").FullName;
        var paths = new CloudPaths(Repository.Root, state);
        if (!File.Exists(paths.GuestVolume))
        {
            throw new InvalidOperationException("The guest is not built. Run the benchmark through ./shellbox bench.");
        }

        await SshKeyGenerator.EnsureAsync(paths.UserKey, "user", cancellationToken);
        await SshKeyGenerator.EnsureAsync(paths.InstanceKey, "instances", cancellationToken);
        InstanceImage.Create(paths);
        var user = await BenchmarkUser.ReadAsync(paths.UserKey, cancellationToken);
        var instanceKey = (await File.ReadAllTextAsync(paths.InstanceKey + ".pub", cancellationToken)).Trim();

        var azurite = await BenchmarkAzurite.StartAsync(paths, cancellationToken, writeRequests);
        var azure = await SimulatedAzure.StartAsync(
            new AzureSimulatorOptions
            {
                TimeScale = timeScale,
                Seed = seed,
                Instances = InstanceKind.Sshd,
                StateDirectory = paths.Simulator,
                InstanceImage = paths.InstanceImage,
                Fleet = new FleetDescription
                {
                    VirtualMachines =
                    [
                        .. Enumerable
                            .Range(1, boxes)
                            .Select(n => new FleetVirtualMachine
                            {
                                Name = BaselineCloud.Vm(n),
                                Tags = new Dictionary<string, string> { ["shellbox:role"] = "instance", ["shellbox:status"] = "free" },
                                SshPublicKeys = [instanceKey],
                            }),
                    ],
                    Disks =
                    [
                        .. Enumerable
                            .Range(1, boxes)
                            .Select(n => new FleetDisk
                            {
                                Name = BaselineCloud.Disk(n),
                                Tags = new Dictionary<string, string>
                                {
                                    ["shellbox:role"] = "volume",
                                    ["shellbox:userid"] = user.Id,
                                    ["shellbox:boxname"] = Box(n),
                                },
                                ContentFile = paths.GuestVolume,
                            }),
                    ],
                },
            },
            cancellationToken
        );

        var cloud = new ShellboxCloud(paths, azurite, azure, user, durable);
        await cloud.StartAppAsync(new Dictionary<string, string>(), cancellationToken);
        var adopting = await cloud.App.Api.AdoptFleetAsync(TimeSpan.FromSeconds(200), cancellationToken);
        await cloud.App.Watcher.WaitAsync(adopting, "registration of the fleet", onProgress: null, cancellationToken);
        return cloud;
    }

    /// <summary>Starts the app, on the storage as it is; what ran before has been stopped or killed.</summary>
    public async Task StartAppAsync(IReadOnlyDictionary<string, string> settings, CancellationToken cancellationToken) =>
        App = await StartAnotherAppAsync(settings, cancellationToken);

    /// <summary>A second host of the app beside the first, as when Azure scales out.</summary>
    public Task<BenchmarkApp> StartAnotherAppAsync(IReadOnlyDictionary<string, string> settings, CancellationToken cancellationToken)
    {
        var log = string.Create(CultureInfo.InvariantCulture, $"functions-{Interlocked.Increment(ref _starts)}.log");
        var all = BenchmarkApp.Settings(_paths, Azurite, Azure) with { Durable = _durable, Overrides = settings };
        return BenchmarkApp.StartAsync(_paths, Azure, all, cancellationToken, log);
    }

    /// <summary>Connects; gives the connect result.</summary>
    /// <param name="box">The box.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <param name="app">Which app is asked; null: the first.</param>
    public Task<ConnectResult> ConnectAsync(string box, CancellationToken cancellationToken, BenchmarkApp? app = null) =>
        (app ?? App).ConnectAsync(_user.Box(box), _user.PublicKey, cancellationToken);

    /// <summary>Begins a connect; gives the id of its orchestration.</summary>
    public Task<string> BeginConnectAsync(string box, CancellationToken cancellationToken) =>
        App.BeginConnectAsync(_user.Box(box), _user.PublicKey, cancellationToken);

    /// <summary>
    /// What is not as it is to be after a connect; null when all is well: the box runs, on the one instance that it holds, and its guest
    /// shows its banner.
    /// </summary>
    public async Task<string?> FindFaultAsync(string box, CancellationToken cancellationToken)
    {
        var key = _user.Box(box);
        var row = await App.Get<BoxStore>().FindAsync(key, cancellationToken);
        if (row is not { State: BoxState.Running, Host: { } host, Port: { } port })
            return $"the box is {row?.State}";
        var held = new List<string>();
        await foreach (var instance in App.Get<InstanceStore>().ListAllAsync(cancellationToken))
        {
            if (instance.ClaimedBy == key)
                held.Add(instance.Id);
        }

        if (held.Count != 1 || held[0] != row.InstanceId)
            return $"the box is on {row.InstanceId} and holds {string.Join(", ", held)}";
        var banner = await App.Get<SshBanner>().ReadAsync(host, port, TimeSpan.FromSeconds(5), cancellationToken);
        return banner is null ? "the guest shows no banner" : null;
    }

    /// <summary>Ends all sessions; the guest is paused and stays in memory.</summary>
    public async Task DisconnectAsync(string box, CancellationToken cancellationToken)
    {
        await App.Api.DisconnectAsync(_user.Box(box), sessionId: null, TimeSpan.FromHours(1), TimeSpan.Zero, cancellationToken);

        // The release pauses it in the background; pausing it once more returns when it stands.
        var answer = await InstanceAsync(box, AgentVerb.Pause, cancellationToken);
        if (!answer.Paused)
            throw new InvalidOperationException($"{box} has no guest to pause.");
    }

    /// <summary>
    /// Ends the guest, saved on its volume or shut down; the volume stays attached to the instance, as when a release got no further.
    /// </summary>
    public Task EndGuestAsync(string box, bool save, CancellationToken cancellationToken) =>
        InstanceAsync(box, save ? AgentVerb.Save : AgentVerb.Stop, cancellationToken);

    private async Task<AgentAnswer> InstanceAsync(string box, string verb, CancellationToken cancellationToken)
    {
        var key = _user.Box(box);
        var row = await App.Get<BoxStore>().FindAsync(key, cancellationToken) ?? throw new InvalidOperationException($"{box} is gone.");
        var instance =
            await App.Get<InstanceStore>().FindAsync(row.InstanceId!, cancellationToken)
            ?? throw new InvalidOperationException($"{row.InstanceId} is gone.");
        return await App.Get<InstanceShell>()
            .RunAsync(
                instance.PlacementAt(row.Lun!.Value),
                verb,
                AgentRequests.For(new BoxOperation(key, "bench", row.Epoch), row) with
                {
                    TimeoutSeconds = 20,
                },
                TimeSpan.FromSeconds(60),
                cancellationToken
            );
    }

    public async ValueTask DisposeAsync()
    {
        // Whatever the one comes to, the others leave nothing behind.
        try
        {
            await App.DisposeAsync();
        }
        finally
        {
            await Azure.DisposeAsync();
            await Azurite.DisposeAsync();
            Directory.Delete(_paths.StateDirectory, recursive: true);
        }
    }
}
