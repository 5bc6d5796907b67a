using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Shellbox.Cli.Rendering;
using Shellbox.Cli.Ssh;
using Shellbox.Contracts.Fleet;
using Shellbox.Contracts.Http;
using Shellbox.LocalCloud;

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

    private readonly LocalCloudOptions _options;
    private readonly CommandEnvironment _environment;
    private readonly CloudPaths _paths;
    private readonly StateLock _stateLock;
    private readonly ProcessLedger _ledger;
    private readonly Action<string> _report;

    // In the order of their start.
    private readonly List<ChildProcess> _children = [];
    private ChildProcess? _simulator;
    private string _lastFailure = "";

    private LocalCloudHost(
        LocalCloudOptions options,
        CommandEnvironment environment,
        CloudPaths paths,
        StateLock stateLock,
        Action<string> report
    )
    {
        _options = options;
        _environment = environment;
        _paths = paths;
        _stateLock = stateLock;
        _report = report;
        _ledger = new ProcessLedger(paths, environment.Time);
    }

    /// <summary>How to reach the cloud; the same as in <c>cloud.json</c>.</summary>
    public CloudFile File { get; private set; } = null!;

    /// <summary>Starts everything and returns when the app answers and knows its fleet.</summary>
    /// <param name="options">What the cloud is to be like.</param>
    /// <param name="environment">The process around it.</param>
    /// <param name="report">Called with a line for every part that stands.</param>
    /// <param name="cancellationToken">Stops what has been started.</param>
    /// <exception cref="CliException">Something is missing or does not answer; all that had been started is stopped.</exception>
    /// <exception cref="LocalCloudException">A part of it did not start or has ended; the same.</exception>
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
        var exits = _children.Select(c => c.WaitForExitAsync(watch.Token)).ToList();
        var first = await Task.WhenAny(exits);
        await watch.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
        throw _children[exits.IndexOf(first)].UnexpectedExit();
    }

    public async ValueTask DisposeAsync()
    {
        System.IO.File.Delete(Path.Combine(_paths.StateDirectory, CloudFile.FileName));
        foreach (var child in Enumerable.Reverse(_children))
        {
            await child.StopAsync(_environment.Time);
        }

        // Before the processes' handles go: the exit code tells whether the simulator had time to end its instances.
        if (_simulator is { ExitCode: not 0 })
        {
            await EndInstancesAsync();
        }

        foreach (var child in _children)
        {
            await child.DisposeAsync();
        }

        _children.Clear();
        _ledger.Clear();
        _stateLock.Dispose();
    }

    /// <summary>
    /// Ends what a killed simulator has left: sshd, guests, mounts. A simulator that starts on the same directory does that first, so an
    /// empty one is started and stopped.
    /// </summary>
    private async Task EndInstancesAsync()
    {
        System.IO.File.Delete(_paths.SimulatorReadyFile);
        FleetFile.Empty.Write(_paths.Fleet);
        try
        {
            var sweeper = Start(SimulatorCommand.Create(_paths, _options) with { LogName = "clean-up.log" });
            await WaitAsync(sweeper, () => Task.FromResult(TryReadReadyFile() is not null), CancellationToken.None);
            await sweeper.StopAsync(_environment.Time);
        }
        catch (Exception failure) when (failure is CliException or LocalCloudException)
        {
            _report($"Instances may still run; the next start in {_paths.StateDirectory} ends them. {failure.Message}");
        }
    }

    private async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var name in await _ledger.EndLeftoversAsync(cancellationToken))
        {
            _report($"ended {name} that an earlier local cloud had left");
        }

        Preflight.RequireFreePort(_options.Port);
        ClearState();
        await SshKeyGenerator.EnsureAsync(_paths.UserKey, "shellbox user", cancellationToken);
        await SshKeyGenerator.EnsureAsync(_paths.InstanceKey, "shellbox instances", cancellationToken);
        var identity = UserIdentity.Load(_paths.UserKey);

        // The two know nothing of each other.
        var azurite = StartAzuriteAsync(cancellationToken);
        var simulator = StartSimulatorAsync(identity, cancellationToken);
        await Task.WhenAll(azurite, simulator);
        await StartFunctionsAsync(identity, await azurite, await simulator, cancellationToken);
    }

    private void ClearState()
    {
        // Not the simulator's: after a kill, volumes are still mounted there. It unmounts and clears them itself when it starts.
        foreach (var directory in (string[])[_paths.Azurite, _paths.FunctionsHost])
        {
            if (Directory.Exists(directory))
                Directory.Delete(directory, recursive: true);
        }

        Directory.CreateDirectory(_paths.Azurite);
        System.IO.File.Delete(_paths.SimulatorReadyFile);
    }

    private async Task<string> StartAzuriteAsync(CancellationToken cancellationToken)
    {
        var ports = AzuritePorts.TakeFree();
        var child = Start(AzuriteCommand.Create(_paths, ports));
        await WaitAsync(
            child,
            async () =>
                await LoopbackPorts.AnswersAsync(ports.Table, cancellationToken)
                && await LoopbackPorts.AnswersAsync(ports.Queue, cancellationToken)
                && await LoopbackPorts.AnswersAsync(ports.Blob, cancellationToken),
            cancellationToken
        );
        _report($"Azurite: tables on port {ports.Table}, queues on port {ports.Queue}, blobs on port {ports.Blob}");
        return AzuriteCommand.ConnectionString(ports);
    }

    private async Task<SimulatorConnection> StartSimulatorAsync(UserIdentity identity, CancellationToken cancellationToken)
    {
        InstanceImage.Create(_paths);
        var instanceKey = (await System.IO.File.ReadAllTextAsync(_paths.InstanceKey + ".pub", cancellationToken)).Trim();
        FleetFile.Create(_options.Instances, instanceKey, identity.UserId, _paths.GuestVolume).Write(_paths.Fleet);

        _simulator = Start(SimulatorCommand.Create(_paths, _options));
        SimulatorConnection? ready = null;
        await WaitAsync(_simulator, () => Task.FromResult((ready = TryReadReadyFile()) is not null), cancellationToken);
        _report($"Azure simulator: {ready!.ArmEndpoint}, {Counted.Of(_options.Instances, "instance")}, latencies {Scale()}");
        return ready;
    }

    private string Scale() =>
        _options.TimeScale == 1 ? "in real time" : string.Create(CultureInfo.InvariantCulture, $"divided by {_options.TimeScale}");

    private SimulatorConnection? TryReadReadyFile()
    {
        try
        {
            return JsonSerializer.Deserialize(
                System.IO.File.ReadAllText(_paths.SimulatorReadyFile),
                LocalCloudJson.Default.SimulatorConnection
            );
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
        SimulatorConnection azure,
        CancellationToken cancellationToken
    )
    {
        var port = _options.Port == 0 ? LoopbackPorts.TakeFree(1)[0] : _options.Port;
        var functionKey = NewKey();
        var adminKey = NewKey();
        var settings = new LocalAppSettings
        {
            Azure = azure,
            Storage = storageConnectionString,
            InstanceKeyFile = _paths.InstanceKey,
            Durable = _options.Durable,
            FunctionKey = functionKey,
            AdminKey = adminKey,
        };
        if (_options.PoolGrows)
            settings = await WithPoolAsync(settings, cancellationToken);
        var child = Start(FunctionsHostCommand.Create(_paths, settings, port));
        var url = new Uri($"http://127.0.0.1:{port}");
        using var client = ApiClient.Create(url, functionKey, adminKey, _environment.Time);
        await WaitAsync(child, () => AnswersAsync(client, cancellationToken), cancellationToken);

        var adoption = await AdoptAsync(client, cancellationToken);
        _report(
            $"Functions app: {url.AbsoluteUri.TrimEnd('/')}, {Counted.Of(adoption.Instances, "instance")}, "
                + $"{Counted.Of(adoption.Volumes, "volume")}, {Counted.Of(adoption.Boxes, "box", "boxes")}, "
                + $"orchestrations in {DurableStorageNames.ForPeople(_options.Durable)}"
        );
        foreach (var skipped in adoption.Skipped ?? [])
        {
            _report($"  skipped {skipped.ResourceId}: {skipped.Reason}");
        }

        if (_options.PoolGrows)
            await client.RunPoolAsync(TimeSpan.Zero, cancellationToken);
        File = new CloudFile
        {
            Url = url,
            FunctionKey = functionKey,
            AdminKey = adminKey,
            IdentityFile = identity.PrivateKeyFile,
            StorageConnectionString = storageConnectionString,
            Processes = _children.ToDictionary(c => Path.GetFileNameWithoutExtension(c.LogFile), c => c.Id),
        };
        File.Write(_paths.StateDirectory);
    }

    /// <summary>A pool that grows: new instances are as those of the fleet, new volumes copies of its golden disk.</summary>
    private async Task<LocalAppSettings> WithPoolAsync(LocalAppSettings settings, CancellationToken cancellationToken)
    {
        var publicKey = (await System.IO.File.ReadAllTextAsync(_paths.InstanceKey + ".pub", cancellationToken)).Trim();
        return settings with
        {
            Instances = new InstanceTemplate(FleetFile.Region, publicKey),
            Volumes = new VolumeTemplate(FleetFile.Region, LocalCloudOptions.GoldenDisk),
            Overrides = new Dictionary<string, string>
            {
                ["Shellbox:Pool:FreeInstances:Minimum"] = "1",
                ["Shellbox:Pool:FreeInstances:Maximum"] = Math.Max(_options.Instances, 2).ToString(CultureInfo.InvariantCulture),
                ["Shellbox:Pool:FreeInstances:Total"] = (_options.Instances + 5).ToString(CultureInfo.InvariantCulture),
                ["Shellbox:Pool:BlankVolumes:Minimum"] = "3",

                // A guest takes memory and, while it boots or resumes, a processor.
                ["Shellbox:Pool:BlankBoxes"] = "1",
            },
        };
    }

    private async Task<FleetAdoption> AdoptAsync(ShellboxClient client, CancellationToken cancellationToken)
    {
        var start = await client.AdoptFleetAsync(AdoptLimit, cancellationToken);
        var watcher = new OperationWatcher(client, _environment.Time);
        var adoption = (await watcher.WaitAsync(start, "registration of the fleet", onProgress: null, cancellationToken)).Read();
        return adoption.Instances >= _options.Instances && adoption.Boxes > 0
            ? adoption
            : throw new CliException(
                ExitCode.Failed,
                $"The app registered only {adoption.Instances} of {_options.Instances} instances and {adoption.Boxes} of 1 boxes"
                    + $"{string.Concat((adoption.Skipped ?? []).Select(s => $"; {s.ResourceId}: {s.Reason}"))}. Its log is "
                    + $"{Path.Combine(_paths.Logs, "functions.log")}."
            );
    }

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
            _lastFailure = failure.Message;
            return false;
        }
    }

    private ChildProcess Start(ChildCommand command)
    {
        var child = ChildProcess.Start(command, _paths.Logs);
        lock (_children)
        {
            _children.Add(child);
            _ledger.Add(child);
        }

        return child;
    }

    private async Task WaitAsync(ChildProcess child, Func<Task<bool>> isReady, CancellationToken cancellationToken)
    {
        var start = _environment.Time.GetTimestamp();
        while (!await isReady())
        {
            if (child.HasExited)
            {
                throw child.UnexpectedExit();
            }

            if (_environment.Time.GetElapsedTime(start) > StartLimit)
            {
                throw new CliException(
                    ExitCode.NotReachable,
                    $"{char.ToUpperInvariant(child.Name[0])}{child.Name[1..]} does not answer after "
                        + $"{StartLimit.TotalSeconds:0} s. {_lastFailure}\n"
                        + $"The end of its log {child.LogFile}:\n{child.Tail()}"
                );
            }

            await Task.Delay(PollInterval, _environment.Time, cancellationToken);
        }
    }

    private static string NewKey() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));
}
