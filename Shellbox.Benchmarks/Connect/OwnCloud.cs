using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Azure.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Shellbox.Activities;
using Shellbox.Activities.Configuration;
using Shellbox.Activities.Qemu;
using Shellbox.Activities.State;
using Shellbox.AzureSimulator;
using Shellbox.AzureSimulator.Fleets;
using Shellbox.Cli.LocalCloud;
using Shellbox.Cli.Ssh;
using Shellbox.Embedded.Hosting;
using Shellbox.Functions;
using FleetDisk = Shellbox.AzureSimulator.Fleets.FleetDisk;
using FleetVirtualMachine = Shellbox.AzureSimulator.Fleets.FleetVirtualMachine;

namespace Shellbox.Benchmarks.Connect;

/// <summary>The app as it ships, on the embedded host, with Azurite, the simulated Azure, real sshd and real QEMU: one instance and one box for each connect.</summary>
internal sealed class OwnCloud : IAsyncDisposable
{
    private const string Key = "bench";

    private readonly string _state;
    private readonly ChildProcess _azurite;
    private readonly IHost _app;
    private readonly UserIdentity _user;
    private readonly HttpClient _http;

    private OwnCloud(string state, ChildProcess azurite, SimulatedAzure azure, IHost app, UserIdentity user)
    {
        (_state, _azurite, _app, _user) = (state, azurite, app, user);
        Azure = azure;
        _http = new HttpClient { BaseAddress = app.GetEmbeddedHostInfo().BaseAddress, Timeout = TimeSpan.FromMinutes(4) };
        _http.DefaultRequestHeaders.Add("x-functions-key", Key);
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

        var ports = AzuritePorts.TakeFree();
        Directory.CreateDirectory(paths.Azurite);
        var azurite = ChildProcess.Start(AzuriteCommand.Create(paths, ports), paths.Logs);
        while (!await LoopbackPorts.AnswersAsync(ports.Table, cancellationToken) || !await LoopbackPorts.AnswersAsync(ports.Queue, cancellationToken))
        {
            if (azurite.HasExited) throw azurite.Died();
            await Task.Delay(50, cancellationToken);
        }

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

        var app = await StartAppAsync(paths, AzuriteCommand.ConnectionString(ports), azure, cancellationToken);
        var cloud = new OwnCloud(state, azurite, azure, app, user);
        using var adopted = await cloud._http.PostAsync("api/fleet/adopt?wait=200", null, cancellationToken);
        adopted.EnsureSuccessStatusCode();
        return cloud;
    }

    /// <summary>Connects; gives the connect result.</summary>
    public async Task<JsonNode> ConnectAsync(string box, CancellationToken cancellationToken)
    {
        using var response = await _http.PostAsJsonAsync(
            $"api/users/{_user.UserId}/boxes/{box}/connect?wait=200", new { publicKey = _user.PublicKey }, cancellationToken);
        var body = await response.Content.ReadAsStringAsync(cancellationToken);
        return response.StatusCode is System.Net.HttpStatusCode.OK
            ? JsonNode.Parse(body)!
            : throw new InvalidOperationException($"The connect of {box} was answered with {(int)response.StatusCode}: {body}");
    }

    /// <summary>Ends the guest; the volume stays attached to the instance, as after a crash of the guest.</summary>
    public async Task StopGuestAsync(string box, CancellationToken cancellationToken)
    {
        var key = new BoxKey(_user.UserId, box);
        var row = await _app.Services.GetRequiredService<BoxStore>().FindAsync(key, cancellationToken) ?? throw new InvalidOperationException($"{box} is gone.");
        var instance = await _app.Services.GetRequiredService<InstanceStore>().FindAsync(row.InstanceId!, cancellationToken)
            ?? throw new InvalidOperationException($"{row.InstanceId} is gone.");
        var answer = await _app.Services.GetRequiredService<InstanceShell>().RunAsync(
            new Placement(instance.Id, instance.Address, instance.HostKeyFingerprint, instance.ResourceId, row.Lun!.Value),
            "stop",
            new InstanceRequest { Box = key.ToString(), Epoch = row.Epoch, OperationId = "bench", TimeoutSeconds = 20 },
            TimeSpan.FromSeconds(60),
            cancellationToken);
        if (!answer.Ok) throw new InvalidOperationException(answer.Message);
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _app.StopAsync(CancellationToken.None);
        if (_app is IAsyncDisposable disposable) await disposable.DisposeAsync();
        await Azure.DisposeAsync();
        await _azurite.DisposeAsync();
        Directory.Delete(_state, recursive: true);
    }

    private static async Task<IHost> StartAppAsync(CloudPaths paths, string storage, SimulatedAzure azure, CancellationToken cancellationToken)
    {
        var settings = new Dictionary<string, string>
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
            ["Shellbox:Instance:SshPort"] = azure.Options.InstancePort.ToString(CultureInfo.InvariantCulture),
            ["Shellbox:Instance:Command"] = "shellbox-instance",
            ["Shellbox:Reconcile:Schedule"] = "0 0 0 1 1 *",
            ["EmbeddedHost:DatabasePath"] = paths.DurableDatabase,
            ["EmbeddedHost:Keys:default"] = Key,
            ["EmbeddedHost:Keys:master"] = Key,
        };
        var builder = ShellboxApplication.CreateBuilder(["--urls", "http://127.0.0.1:0", .. settings.Select(s => $"--{s.Key}={s.Value}")]);
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<TokenCredential>(azure.CreateCredential());
        builder.Services.Configure<EmbeddedHostOptions>(options =>
        {
            options.Assemblies.Add(typeof(ShellboxApplication).Assembly);
            options.Assemblies.Add(typeof(BoxKey).Assembly);
        });
        var app = builder.Build();
        await app.StartAsync(cancellationToken);
        return app;
    }
}
