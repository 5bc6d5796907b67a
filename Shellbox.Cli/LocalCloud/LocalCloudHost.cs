using System.Security.Cryptography;
using System.Text.Json;
using Shellbox.Cli.Rendering;
using Shellbox.Cli.Ssh;
using Shellbox.Contracts.Fleet;
using Shellbox.Contracts.Http;

namespace Shellbox.Cli.LocalCloud;

/// <summary>
/// The local cloud while it runs: Azurite, the Azure simulator and the Functions app. Each start is a fresh cloud (only the SSH keys stay);
/// disposing it stops the app first, what it stands on afterwards.
/// </summary>
internal sealed class LocalCloudHost : IAsyncDisposable
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan AdoptLimit = TimeSpan.FromSeconds(60);

    private readonly LocalCloudOptions options;
    private readonly CommandEnvironment environment;
    private readonly CloudPaths paths;
    private readonly StateLock stateLock;
    private readonly ProcessLedger ledger;
    private readonly Action<string> report;

    // In the order of their start.
    private readonly List<ChildProcess> children = [];
    private ChildProcess? simulator;

    private LocalCloudHost(
        LocalCloudOptions options,
        CommandEnvironment environment,
        CloudPaths paths,
        StateLock stateLock,
        Action<string> report
    )
    {
        this.options = options;
        this.environment = environment;
        this.paths = paths;
        this.stateLock = stateLock;
        this.report = report;
        ledger = new ProcessLedger(paths, environment.Time);
    }

    /// <summary>How to reach the cloud; the same as in <c>cloud.json</c>.</summary>
    public CloudFile File { get; private set; } = null!;

    /// <summary>Starts everything and returns when the app answers and knows its fleet.</summary>
    /// <param name="options">What the cloud is to be like.</param>
    /// <param name="environment">The process around it.</param>
    /// <param name="report">Called with a line for every part that stands.</param>
    /// <param name="cancellationToken">Stops what has been started.</param>
    /// <exception cref="CliException">Something is missing or did not start; all that had been started is stopped.</exception>
    public static async Task<LocalCloudHost> StartAsync(
        LocalCloudOptions options,
        CommandEnvironment environment,
        Action<string> report,
        CancellationToken cancellationToken
    )
    {
        var paths = new CloudPaths(environment.RepositoryRoot, options.StateDirectory, options.Guest);
        Preflight.Check(paths, environment);
        var host = new LocalCloudHost(options, environment, paths, StateLock.Take(paths), report);
        try
        {
            await host.StartAsync(cancellationToken);
            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// Runs <paramref name="work"/>; ends it when a part of the cloud ends meanwhile, which is then the failure that is reported.
    /// </summary>
    public async Task RunAsync(Func<CancellationToken, Task> work, CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var watch = WatchAsync(ending.Token);
        var running = work(ending.Token);
        var watchEnded = await Task.WhenAny(watch, running) == watch;
        await ending.CancelAsync();
        await Task.WhenAny(Task.WhenAll(watch, running));
        await (watchEnded && watch.IsFaulted ? watch : running);
    }

    /// <summary>Runs until a part of the cloud ends by itself, which is a failure, or the token is cancelled.</summary>
    public async Task WatchAsync(CancellationToken cancellationToken)
    {
        using var watch = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var exits = children.Select(c => c.WaitForExitAsync(watch.Token)).ToList();
        var first = await Task.WhenAny(exits);
        await watch.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
        throw children[exits.IndexOf(first)].Died();
    }

    public async ValueTask DisposeAsync()
    {
        System.IO.File.Delete(Path.Combine(paths.StateDirectory, CloudFile.FileName));
        foreach (var child in Enumerable.Reverse(children))
        {
            await child.StopAsync(environment.Time);
        }

        // Before the processes' handles go: the exit code tells whether the simulator had time to end its instances.
        if (simulator is { ExitCode: not 0 })
        {
            await EndInstancesAsync();
        }

        foreach (var child in children)
        {
            await child.DisposeAsync();
        }

        children.Clear();
        ledger.Clear();
        stateLock.Dispose();
    }

    /// <summary>
    /// Ends what a killed simulator has left: sshd, guests, mounts. A simulator that starts on the same directory does that first, so an
    /// empty one is started and stopped.
    /// </summary>
    private async Task EndInstancesAsync()
    {
        System.IO.File.Delete(paths.SimulatorReadyFile);
        FleetFile.Empty.Write(paths.Fleet);
        try
        {
            var sweeper = Start(SimulatorCommand.Create(paths, options) with { LogName = "clean-up.log" });
            await WaitAsync(sweeper, () => Task.FromResult(TryReadReadyFile() is not null), CancellationToken.None);
            await sweeper.StopAsync(environment.Time);
        }
        catch (CliException failure)
        {
            report($"Instances may still run; the next start in {paths.StateDirectory} ends them. {failure.Message}");
        }
    }

    private async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var name in await ledger.EndLeftoversAsync(cancellationToken))
        {
            report($"ended {name} that an earlier local cloud had left");
        }

        Preflight.RequireFreePort(options.Port);
        ClearState();
        await SshKeyGenerator.EnsureAsync(paths.UserKey, "shellbox user", cancellationToken);
        await SshKeyGenerator.EnsureAsync(paths.InstanceKey, "shellbox instances", cancellationToken);
        var identity = UserIdentity.Load(paths.UserKey);

        // The two know nothing of each other.
        var azurite = StartAzuriteAsync(cancellationToken);
        var simulator = StartSimulatorAsync(identity, cancellationToken);
        await Task.WhenAll(azurite, simulator);
        await StartFunctionsAsync(identity, await azurite, await simulator, cancellationToken);
    }

    private void ClearState()
    {
        // Not the simulator's: after a kill, volumes are still mounted there. It unmounts and clears them itself when it starts.
        foreach (var directory in (string[])[paths.Azurite, paths.FunctionsHost])
        {
            if (Directory.Exists(directory))
                Directory.Delete(directory, recursive: true);
        }

        Directory.CreateDirectory(paths.Azurite);
        System.IO.File.Delete(paths.SimulatorReadyFile);
    }

    private async Task<string> StartAzuriteAsync(CancellationToken cancellationToken)
    {
        var ports = AzuritePorts.TakeFree();
        var child = Start(AzuriteCommand.Create(paths, ports));
        await WaitAsync(
            child,
            async () =>
                await LoopbackPorts.AnswersAsync(ports.Table, cancellationToken)
                && await LoopbackPorts.AnswersAsync(ports.Queue, cancellationToken)
                && await LoopbackPorts.AnswersAsync(ports.Blob, cancellationToken),
            cancellationToken
        );
        report($"Azurite: tables on port {ports.Table}, queues on port {ports.Queue}, blobs on port {ports.Blob}");
        return AzuriteCommand.ConnectionString(ports);
    }

    private async Task<SimulatorReady> StartSimulatorAsync(UserIdentity identity, CancellationToken cancellationToken)
    {
        InstanceImage.Create(paths);
        var instanceKey = (await System.IO.File.ReadAllTextAsync(paths.InstanceKey + ".pub", cancellationToken)).Trim();
        FleetFile.Create(options.Instances, instanceKey, identity.UserId, paths.GuestVolume).Write(paths.Fleet);

        simulator = Start(SimulatorCommand.Create(paths, options));
        SimulatorReady? ready = null;
        await WaitAsync(simulator, () => Task.FromResult((ready = TryReadReadyFile()) is not null), cancellationToken);
        report($"Azure simulator: {ready!.ArmEndpoint}, {Counted.Of(options.Instances, "instance")}, latencies {Scale()}");
        return ready;
    }

    private string Scale() =>
        options.TimeScale == 1
            ? "in real time"
            : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"divided by {options.TimeScale}");

    private SimulatorReady? TryReadReadyFile()
    {
        try
        {
            return JsonSerializer.Deserialize(System.IO.File.ReadAllText(paths.SimulatorReadyFile), LocalCloudJson.Default.SimulatorReady);
        }
        catch (Exception failure) when (failure is IOException or JsonException)
        {
            // Not there, or not written to its end.
            return null;
        }
    }

    private async Task StartFunctionsAsync(
        UserIdentity identity,
        string storageConnectionString,
        SimulatorReady azure,
        CancellationToken cancellationToken
    )
    {
        var port = options.Port == 0 ? LoopbackPorts.TakeFree(1)[0] : options.Port;
        var functionKey = NewKey();
        var adminKey = NewKey();
        var pool = options.PoolGrows
            ? FunctionsCommand.PoolOf(
                azure,
                (await System.IO.File.ReadAllTextAsync(paths.InstanceKey + ".pub", cancellationToken)).Trim(),
                options.Instances
            )
            : null;
        var child = Start(
            FunctionsCommand.Create(paths, azure, storageConnectionString, port, functionKey, adminKey, options.Durable, pool)
        );
        var url = new Uri($"http://127.0.0.1:{port}");
        using var client = ApiClient.Create(url, functionKey, adminKey, environment.Time);
        await WaitAsync(child, () => AnswersAsync(client, cancellationToken), cancellationToken);

        var adoption = await AdoptAsync(client, cancellationToken);
        report(
            $"Functions app: {url.AbsoluteUri.TrimEnd('/')}, {Counted.Of(adoption.Instances, "instance")}, "
                + $"{Counted.Of(adoption.Volumes, "volume")}, {Counted.Of(adoption.Boxes, "box", "boxes")}, "
                + $"orchestrations in {DurableStorageWords.NameOf(options.Durable)}"
        );
        foreach (var skipped in adoption.Skipped ?? [])
        {
            report($"  skipped {skipped.ResourceId}: {skipped.Reason}");
        }

        if (options.PoolGrows)
            await client.RunPoolAsync(TimeSpan.Zero, cancellationToken);
        File = new CloudFile(
            url,
            functionKey,
            adminKey,
            identity.PrivateKeyFile,
            storageConnectionString,
            children.ToDictionary(c => Path.GetFileNameWithoutExtension(c.LogFile), c => c.Id)
        );
        File.Write(paths.StateDirectory);
    }

    private async Task<FleetAdoption> AdoptAsync(ShellboxClient client, CancellationToken cancellationToken)
    {
        var start = await client.AdoptFleetAsync(AdoptLimit, cancellationToken);
        var watcher = new OperationWatcher(client, environment.Time);
        var adoption = (await watcher.WaitAsync(start, "registration of the fleet", onProgress: null, cancellationToken)).Read();
        return adoption.Instances >= options.Instances && adoption.Boxes > 0
            ? adoption
            : throw new CliException(
                ExitCode.Failed,
                $"The app registered only {adoption.Instances} of {options.Instances} instances and {adoption.Boxes} of 1 boxes"
                    + $"{string.Concat((adoption.Skipped ?? []).Select(s => $"; {s.ResourceId}: {s.Reason}"))}. Its log is "
                    + $"{Path.Combine(paths.Logs, "functions.log")}."
            );
    }

    private string lastFault = "";

    private async Task<bool> AnswersAsync(ShellboxClient client, CancellationToken cancellationToken)
    {
        try
        {
            await client.GetPoolAsync(cancellationToken);
            return true;
        }
        catch (ShellboxClientException refusal)
        {
            var failure = refusal.ToCliException();
            if (failure.ExitCode is not (ExitCode.NotReachable or ExitCode.Failed or ExitCode.NotFound))
                throw;
            lastFault = failure.Message;
            return false;
        }
    }

    private ChildProcess Start(ChildCommand command)
    {
        var child = ChildProcess.Start(command, paths.Logs);
        lock (children)
        {
            children.Add(child);
            ledger.Add(child);
        }

        return child;
    }

    private async Task WaitAsync(ChildProcess child, Func<Task<bool>> stands, CancellationToken cancellationToken)
    {
        var start = environment.Time.GetTimestamp();
        while (!await stands())
        {
            if (child.HasExited)
            {
                throw child.Died();
            }

            if (environment.Time.GetElapsedTime(start) > StartLimit)
            {
                throw new CliException(
                    ExitCode.NotReachable,
                    $"{char.ToUpperInvariant(child.Name[0])}{child.Name[1..]} does not answer after "
                        + $"{StartLimit.TotalSeconds:0} s. {lastFault}\n"
                        + $"The end of its log {child.LogFile}:\n{child.Tail()}"
                );
            }

            await Task.Delay(PollInterval, environment.Time, cancellationToken);
        }
    }

    private static string NewKey() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));
}
