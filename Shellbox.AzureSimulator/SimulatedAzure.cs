using System.Security.Cryptography;
using Azure.Core;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Shellbox.AzureSimulator.Faults;
using Shellbox.AzureSimulator.Fleets;
using Shellbox.AzureSimulator.Hosting;
using Shellbox.AzureSimulator.Identity;
using Shellbox.AzureSimulator.Instances;
using Shellbox.AzureSimulator.Operations;
using Shellbox.AzureSimulator.ResourceGraph;
using Shellbox.AzureSimulator.Resources;
using Shellbox.AzureSimulator.Time;

namespace Shellbox.AzureSimulator;

/// <summary>
/// A running simulator: Resource Manager over HTTPS, the managed-identity endpoint over HTTP, and the instances behind the
/// VMs. Any number of them live side by side; disposing one leaves nothing on the machine.
/// </summary>
public sealed class SimulatedAzure : IAsyncDisposable
{
    private readonly Stack<Func<ValueTask>> _cleanUp;
    private readonly TokenIssuer _tokens;
    private readonly SimulatedCloud _cloud;
    private int _disposed;

    private SimulatedAzure(
        AzureSimulatorOptions options,
        SimulatedCloud cloud,
        TokenIssuer tokens,
        RequestLog requests,
        Stack<Func<ValueTask>> cleanUp
    )
    {
        Options = options;
        _cloud = cloud;
        _tokens = tokens;
        Requests = requests;
        _cleanUp = cleanUp;
    }

    /// <summary>What it was started with.</summary>
    public AzureSimulatorOptions Options { get; }

    /// <summary>The endpoint of Resource Manager.</summary>
    public Uri ArmEndpoint { get; private set; } = null!;

    /// <summary>The audience for which Resource Manager takes tokens.</summary>
    public string Audience => Options.Audience;

    /// <summary>
    /// The SHA-256 thumbprint, in hex, of the certificate that Resource Manager shows. Nobody signed it: trust it by this.
    /// </summary>
    public string CertificateThumbprint { get; private set; } = "";

    /// <summary>The subscription.</summary>
    public string SubscriptionId => Options.SubscriptionId;

    /// <summary>The resource group that exists from the start.</summary>
    public string ResourceGroup => Options.ResourceGroup;

    /// <summary>The value for IDENTITY_ENDPOINT.</summary>
    public Uri IdentityEndpoint { get; private set; } = null!;

    /// <summary>The value for IDENTITY_HEADER.</summary>
    public string IdentityHeader { get; private set; } = "";

    /// <summary>The faults to inject.</summary>
    public FaultPlan Faults => _cloud.Faults;

    /// <summary>The requests that Resource Manager was sent.</summary>
    public RequestLog Requests { get; }

    /// <summary>Starts a simulator.</summary>
    /// <exception cref="SimulatorStartException">It cannot start; the message is one sentence that names the remedy.</exception>
    public static async Task<SimulatedAzure> StartAsync(AzureSimulatorOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        Check(options);
        var cleanUp = new Stack<Func<ValueTask>>();
        try
        {
            return await StartAsync(options, cleanUp, cancellationToken);
        }
        catch
        {
            while (cleanUp.TryPop(out var next))
                await next();
            throw;
        }
    }

    /// <summary>A credential whose tokens this simulator takes.</summary>
    public TokenCredential CreateCredential() => new SimulatedCredential(_tokens, Options.TokenLifetime);

    /// <summary>A bearer token for use by hand.</summary>
    public string CreateToken(string? audience = null, TimeSpan? lifetime = null) =>
        _tokens.Issue(audience ?? Audience, lifetime ?? Options.TokenLifetime).Token;

    /// <summary>The root directory of an instance that runs sshd; null for a bare one or one that does not exist.</summary>
    public string? InstanceRoot(string virtualMachine) => (Find(virtualMachine) as SshdInstance)?.Root;

    /// <summary>
    /// The disks that the guest OS of a VM sees at this moment: their names by LUN. Nothing for a VM that does not exist.
    /// </summary>
    public IReadOnlyDictionary<int, string> VisibleDisks(string virtualMachine) =>
        Find(virtualMachine)?.VisibleDisks ?? new Dictionary<int, string>();

    /// <summary>
    /// Lets a VM die: everything on it ends at once, as when its host fails. Resource Manager goes on calling it running, with an
    /// agent that is not ready, until it is restarted, deallocated or deleted.
    /// </summary>
    /// <exception cref="ArgumentException">There is no such VM in <see cref="ResourceGroup"/>.</exception>
    public Task CrashAsync(string virtualMachine) => InstanceFaults.CrashAsync(InstanceFaults.Get(virtualMachine));

    /// <summary>Ends the sshd of a VM, or starts it again; what runs on the VM goes on. Nothing happens to a bare one.</summary>
    /// <exception cref="ArgumentException">There is no such VM in <see cref="ResourceGroup"/>.</exception>
    public Task RefuseSshAsync(string virtualMachine, bool refuse = true, CancellationToken cancellationToken = default) =>
        InstanceFaults.RefuseSshAsync(InstanceFaults.Get(virtualMachine), refuse, cancellationToken);

    /// <summary>Ends the QEMU processes on a VM as a crash of theirs would; the number of them.</summary>
    /// <exception cref="ArgumentException">There is no such VM in <see cref="ResourceGroup"/>.</exception>
    public Task<int> KillQemuAsync(string virtualMachine) => InstanceFaults.KillQemuAsync(InstanceFaults.Get(virtualMachine));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        while (_cleanUp.TryPop(out var next))
            await next();
    }

    private InstanceFaults InstanceFaults => new(_cloud);

    private IInstance? Find(string virtualMachine) => InstanceFaults.Find(ResourceGroup, virtualMachine)?.Instance;

    private static async Task<SimulatedAzure> StartAsync(
        AzureSimulatorOptions options,
        Stack<Func<ValueTask>> cleanUp,
        CancellationToken cancellationToken
    )
    {
        options = options with { Location = options.Fleet?.Location ?? options.Location };
        var logger = (options.LoggerFactory ?? NullLoggerFactory.Instance).CreateLogger("Shellbox.AzureSimulator");
        var clock = new SimulatedClock(options.TimeProvider, options.TimeScale);
        var streams = new RandomStreams(options.Seed);
        var latency = new LatencyModel(streams);
        var graph = new GraphIndex(options.SubscriptionId, TokenIssuer.Tenant);

        var (host, disks) = await InstancesAsync(options, logger, cleanUp);
        cleanUp.Push(host.DisposeAsync);
        var faults = new FaultPlan(streams, options.TimeProvider, logger);
        var operations = new OperationStore(options, clock, streams, logger);
        cleanUp.Push(operations.DisposeAsync);
        cleanUp.Push(Sync(faults.Dispose));
        var cloud = new SimulatedCloud(options)
        {
            Clock = clock,
            Latency = latency,
            Graph = graph,
            Store = new ResourceStore(clock, latency, graph),
            Operations = operations,
            Instances = host,
            DiskFiles = disks,
            Faults = faults,
            Logger = logger,
        };
        await new FleetLoader(cloud).LoadAsync(options.Fleet ?? new FleetDescription(), cancellationToken);

        var tokens = new TokenIssuer(options.TimeProvider, options.Audience);
        var requests = new RequestLog();
        var azure = new SimulatedAzure(options, cloud, tokens, requests, cleanUp)
        {
            IdentityHeader = Convert.ToHexString(RandomNumberGenerator.GetBytes(16)),
        };
        await azure.ListenAsync(cancellationToken);
        return azure;
    }

    private async Task ListenAsync(CancellationToken cancellationToken)
    {
        var certificate = ServerCertificate.Create(Options.TimeProvider.GetUtcNow());
        _cleanUp.Push(Sync(certificate.Dispose));
        CertificateThumbprint = ServerCertificate.Thumbprint(certificate);

        var stopping = new CancellationTokenSource();
        _cleanUp.Push(Sync(stopping.Dispose));
        var pipeline = new ArmPipeline(_cloud, _tokens, Requests, stopping.Token);
        var arm = await LoopbackServer.StartAsync(Options.Port, certificate, pipeline.Map, cancellationToken);
        _cleanUp.Push(arm.DisposeAsync);
        ArmEndpoint = arm.Address;

        var identity = await LoopbackServer.StartAsync(
            Options.IdentityPort,
            null,
            app => ManagedIdentityEndpoint.Map(app, _tokens, IdentityHeader, Options.TokenLifetime),
            cancellationToken
        );
        _cleanUp.Push(identity.DisposeAsync);
        IdentityEndpoint = new Uri(identity.Address, ManagedIdentityEndpoint.Path);
        // First of all, hanging requests are let go: the servers wait for the requests they have.
        _cleanUp.Push(Sync(stopping.Cancel));
    }

    private static async Task<(IInstanceHost Host, DiskFiles Disks)> InstancesAsync(
        AzureSimulatorOptions options,
        ILogger logger,
        Stack<Func<ValueTask>> cleanUp
    )
    {
        if (options.Instances == InstanceKind.None)
            return (new BareInstanceHost(), new DiskFiles(null));
        var state = StateDirectory.Open(options.StateDirectory!);
        cleanUp.Push(Sync(state.Dispose));
        var host = await SshdInstanceHost.StartAsync(state, options.InstanceImage, options.InstancePort, options.TimeProvider, logger);
        return (host, new DiskFiles(state.Disks));
    }

    private static void Check(AzureSimulatorOptions options)
    {
        Require(
            options.TimeScale is > 0 and <= 100_000,
            $"The time scale is {options.TimeScale}; it is a number above 0 (1 is real time)."
        );
        Require(Guid.TryParse(options.SubscriptionId, out _), $"The subscription '{options.SubscriptionId}' is not a GUID.");
        Require(ResourceNames.IsValidGroup(options.ResourceGroup), $"The resource group '{options.ResourceGroup}' is not the name of one.");
        Require(options.Port is >= 0 and <= 65535, $"The port {options.Port} is not a port; 0 takes a free one.");
        Require(options.IdentityPort is >= 0 and <= 65535, $"The identity port {options.IdentityPort} is not a port; 0 takes a free one.");
        Require(options.PageSize > 0, $"The page size {options.PageSize} is not above 0.");
        Require(
            options.Instances == InstanceKind.None || options.StateDirectory is not null,
            "Instances with sshd need a state directory (--state DIR)."
        );
        if (options.Fleet is not null)
            FleetFile.Check(options.Fleet);
    }

    private static void Require(bool condition, string message)
    {
        if (!condition)
            throw new SimulatorStartException(message);
    }

    private static Func<ValueTask> Sync(Action act) =>
        () =>
        {
            act();
            return ValueTask.CompletedTask;
        };
}
