using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Shellbox.Activities;
using Shellbox.Activities.Qemu;
using Shellbox.Activities.State;
using Shellbox.AzureSimulator;
using Shellbox.AzureSimulator.Fleets;
using Shellbox.Cli.LocalCloud;
using Shellbox.Cli.Ssh;
using FleetDisk = Shellbox.AzureSimulator.Fleets.FleetDisk;
using FleetVirtualMachine = Shellbox.AzureSimulator.Fleets.FleetVirtualMachine;

namespace Shellbox.Benchmarks.Connect;

/// <summary>The app as it ships, on the embedded host, with Azurite, the simulated Azure, real sshd and real QEMU: one instance and one box for each connect.</summary>
internal sealed class OwnCloud : IAsyncDisposable
{
    private readonly string _state;
    private readonly BenchmarkAzurite _azurite;
    private readonly BenchmarkApp _app;
    private readonly UserIdentity _user;

    private OwnCloud(string state, BenchmarkAzurite azurite, SimulatedAzure azure, BenchmarkApp app, UserIdentity user)
    {
        (_state, _azurite, _app, _user) = (state, azurite, app, user);
        Azure = azure;
    }

    public SimulatedAzure Azure { get; }

    public static string Box(int n) => string.Create(CultureInfo.InvariantCulture, $"box{n:d4}");

    public static async Task<OwnCloud> StartAsync(int boxes, double timeScale, int seed, CancellationToken cancellationToken)
    {
        var state = Directory.CreateTempSubdirectory("shellbox-bench-").FullName;
        var paths = new CloudPaths(Repository.Root, state);
        if (!File.Exists(paths.GuestVolume)) throw new InvalidOperationException("The guest is not built. Run the benchmark through ./shellbox bench.");
        await SshKeyGenerator.EnsureAsync(paths.UserKey, "user", cancellationToken);
        await SshKeyGenerator.EnsureAsync(paths.InstanceKey, "instances", cancellationToken);
        InstanceImage.Create(paths);
        var user = UserIdentity.Load(paths.UserKey);
        var instanceKey = UserIdentity.Load(paths.InstanceKey).PublicKey;

        var azurite = await BenchmarkAzurite.StartAsync(paths, cancellationToken);
        var azure = await SimulatedAzure.StartAsync(
            new AzureSimulatorOptions
            {
                TimeScale = timeScale,
                Seed = seed,
                Instances = InstanceKind.Sshd,
                StateDirectory = paths.Simulator,
                InstanceImage = paths.InstanceImage,
                Fleet = new Fleet
                {
                    VirtualMachines = [.. Enumerable.Range(1, boxes).Select(n => new FleetVirtualMachine
                    {
                        Name = SeedCloud.Vm(n),
                        Tags = new Dictionary<string, string> { ["shellbox:role"] = "instance", ["shellbox:status"] = "free" },
                        SshPublicKeys = [instanceKey],
                    })],
                    Disks = [.. Enumerable.Range(1, boxes).Select(n => new FleetDisk
                    {
                        Name = SeedCloud.Disk(n),
                        Tags = new Dictionary<string, string>
                        {
                            ["shellbox:role"] = "volume", ["shellbox:userid"] = user.UserId, ["shellbox:boxname"] = Box(n),
                        },
                        ContentFile = paths.GuestVolume,
                    })],
                },
            },
            cancellationToken);

        var app = await BenchmarkApp.StartAsync(paths, azurite.ConnectionString, azure, [], null, cancellationToken);
        using var adopted = await app.Http.PostAsync("api/fleet/adopt?wait=200", null, cancellationToken);
        adopted.EnsureSuccessStatusCode();
        return new OwnCloud(state, azurite, azure, app, user);
    }

    /// <summary>Connects; gives the connect result.</summary>
    public Task<JsonNode> ConnectAsync(string box, CancellationToken cancellationToken) => _app.ConnectAsync(_user.UserId, _user.PublicKey, box, cancellationToken);

    /// <summary>Ends all sessions; the guest is paused and stays in memory.</summary>
    public async Task LeaveAsync(string box, CancellationToken cancellationToken)
    {
        using var response = await _app.Http.PostAsJsonAsync($"api/users/{_user.UserId}/boxes/{box}/disconnect", new { hold = 3600 }, cancellationToken);
        response.EnsureSuccessStatusCode();

        // The release pauses it in the background; pausing it once more returns when it stands.
        if (!(await InstanceAsync(box, "pause", cancellationToken)).Paused) throw new InvalidOperationException($"{box} has no guest to pause.");
    }

    /// <summary>Ends the guest, saved on its volume or shut down; the volume stays attached to the instance, as when a release got no further.</summary>
    public async Task EndGuestAsync(string box, bool save, CancellationToken cancellationToken)
    {
        var answer = await InstanceAsync(box, save ? "save" : "stop", cancellationToken);
        if (!answer.Ok) throw new InvalidOperationException(answer.Message);
    }

    private async Task<InstanceAnswer> InstanceAsync(string box, string verb, CancellationToken cancellationToken)
    {
        var key = new BoxKey(_user.UserId, box);
        var row = await _app.Get<BoxStore>().FindAsync(key, cancellationToken) ?? throw new InvalidOperationException($"{box} is gone.");
        var instance = await _app.Get<InstanceStore>().FindAsync(row.InstanceId!, cancellationToken)
            ?? throw new InvalidOperationException($"{row.InstanceId} is gone.");
        return await _app.Get<InstanceShell>().RunAsync(
            instance.PlacementAt(row.Lun!.Value),
            verb,
            new InstanceRequest { Box = row.VolumeId, Epoch = row.Epoch, OperationId = "bench", TimeoutSeconds = 20 },
            TimeSpan.FromSeconds(60),
            cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        await Azure.DisposeAsync();
        await _azurite.DisposeAsync();
        Directory.Delete(_state, recursive: true);
    }
}
