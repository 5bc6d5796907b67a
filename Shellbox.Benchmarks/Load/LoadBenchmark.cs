using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Shellbox.Activities.State;
using Shellbox.AzureSimulator;
using Shellbox.AzureSimulator.Fleets;
using Shellbox.LocalCloud;
using Spectre.Console;

namespace Shellbox.Benchmarks.Load;

/// <summary>
/// Many users at once, each with a box of their own, against pools of bare instances: what the control plane takes, what it costs in
/// storage requests, and whether ever two boxes got one instance.
/// </summary>
internal static class LoadBenchmark
{
    /// <summary>What is measured in one go.</summary>
    /// <param name="Boxes">Users that connect at once, each to a box of his own.</param>
    /// <param name="Pool">How many instances there are.</param>
    /// <param name="TimeScale">What Azure's waits are divided by.</param>
    /// <param name="Durable">Where orchestrations are kept.</param>
    private sealed record Load(int Boxes, int Pool, double TimeScale, DurableStorage Durable);

    public static Command CreateCommand()
    {
        var boxes = new Option<int[]>("--boxes")
        {
            Description = "Users that connect at once.",
            DefaultValueFactory = _ => [100, 1000],
            AllowMultipleArgumentsPerToken = true,
        };
        var pools = new Option<int[]>("--pools")
        {
            Description = "Pool sizes.",
            DefaultValueFactory = _ => [100, 1000, 10000],
            AllowMultipleArgumentsPerToken = true,
        };
        var scale = new Option<double>("--time-scale") { Description = "What Azure's waits are divided by.", DefaultValueFactory = _ => 1 };
        var durable = DurableOption.Create();
        var command = new Command("load", "Many users at once, on pools of different sizes.") { boxes, pools, scale, durable };
        command.SetAction(
            (result, cancellationToken) =>
                RunAsync(
                    result.GetValue(boxes)!,
                    result.GetValue(pools)!,
                    result.GetValue(scale),
                    DurableOption.Read(result, durable),
                    cancellationToken
                )
        );
        return command;
    }

    private static async Task<int> RunAsync(
        int[] boxes,
        int[] pools,
        double scale,
        DurableStorage durable,
        CancellationToken cancellationToken
    )
    {
        if (boxes.Any(b => b < 1) || pools.Any(p => p is < 1 or > 10000) || scale <= 0)
        {
            await Console.Error.WriteLineAsync("--boxes is at least 1, --pools from 1 to 10,000, --time-scale above 0.");
            return 2;
        }

        var table = new Table();
        foreach (
            var column in (string[])
                [
                    "boxes",
                    "pool",
                    "connects/s",
                    "p50 s",
                    "p99 s",
                    "table requests",
                    "queue requests",
                    "blob requests",
                    "ARM throttled",
                    "double allocations",
                ]
        )
        {
            table.AddColumn(column, c => c.Alignment(Justify.Right));
        }

        var (doubles, shares) = (0, new List<string>());
        foreach (var pool in pools.Order())
        {
            foreach (var count in boxes.Order().Where(b => b <= pool))
            {
                await AnsiConsole
                    .Status()
                    .StartAsync(
                        $"{count} boxes, pool of {pool} ...",
                        async _ => doubles += await MeasureAsync(table, shares, new Load(count, pool, scale, durable), cancellationToken)
                    );
            }
        }

        AnsiConsole.Write(table);
        AnsiConsole.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"Cold connects, a connect a user, all at once; orchestrations in {DurableStorageNames.ForPeople(durable)}. "
                    + $"Azurite, sshd and the app share {Environment.ProcessorCount} processors; "
                    + $"Azure is simulated at time scale {scale:0.##}, its throttling with it. {LoadAverage.Text()}."
            )
        );
        AnsiConsole.WriteLine("Storage requests are per connect, the app's and Durable's together. Medians of the steps, in s:");
        foreach (var share in shares)
            AnsiConsole.WriteLine("  " + share);
        return doubles == 0 ? 0 : 1;
    }

    private static async Task<int> MeasureAsync(Table table, List<string> shares, Load load, CancellationToken cancellationToken)
    {
        var (count, pool) = (load.Boxes, load.Pool);
        var state = Directory.CreateTempSubdirectory("shellbox-bench-");
        try
        {
            var paths = new CloudPaths(Repository.Root, state.FullName);
            await SshKeyGenerator.EnsureAsync(paths.InstanceKey, "instances", cancellationToken);
            await using var sshd = await SharedSshd.StartAsync(paths, cancellationToken);
            await using var azurite = await BenchmarkAzurite.StartAsync(paths, cancellationToken, writeRequests: true);
            await using var azure = await SimulatedAzure.StartAsync(
                new AzureSimulatorOptions
                {
                    TimeScale = load.TimeScale,
                    Fleet = new FleetDescription
                    {
                        VirtualMachines = [.. Enumerable.Range(0, pool).Select(n => new FleetVirtualMachine { Name = Instance(n) })],
                        Disks = [.. Enumerable.Range(0, count).Select(n => new FleetDisk { Name = Volume(n) })],
                    },
                },
                cancellationToken
            );
            var settings = BenchmarkApp.Settings(paths, azurite, azure) with
            {
                Durable = load.Durable,
                InstanceSshPort = sshd.Port,
                InstanceCommand = sshd.Command,
                Overrides = new Dictionary<string, string> { ["Shellbox:Connect:Deadline"] = "00:30:00" },
            };
            await using var app = await BenchmarkApp.StartAsync(paths, azure, settings, cancellationToken);
            var users = Enumerable.Range(0, count).Select(_ => BenchmarkUser.CreateWithoutPrivateKey()).ToList();
            await FillAsync(app, azure, sshd, users, pool, cancellationToken);

            var position = azurite.Requests.Position;
            var start = Stopwatch.GetTimestamp();
            var times = await Task.WhenAll(
                users.Select(
                    (user, n) =>
                        Task.Run(
                            async () =>
                            {
                                var began = Stopwatch.GetTimestamp();
                                var result = await app.ConnectAsync(new BoxKey(user.Id, Box(n)), user.PublicKey, cancellationToken);
                                return (Seconds: Stopwatch.GetElapsedTime(began).TotalSeconds, result.Steps);
                            },
                            cancellationToken
                        )
                )
            );
            var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            var requests = azurite.Requests.Since(position);

            var doubles = await CountDoubleAllocationsAsync(app, users, cancellationToken);
            var distribution = new Distribution(times.Select(t => t.Seconds));
            table.AddRow(
                Text(count),
                Text(pool),
                Distribution.Text(count / seconds),
                Distribution.Text(distribution.Median),
                Distribution.Text(distribution.Percentile(99)),
                Each(StorageService.Table),
                Each(StorageService.Queue),
                Each(StorageService.Blob),
                Text(azure.Requests.Count(r => r.Status == 429)),
                Text(doubles)
            );
            shares.Add(
                $"{Text(count)} boxes, pool of {Text(pool)}: "
                    + string.Join(
                        ", ",
                        times
                            .SelectMany(t => t.Steps)
                            .GroupBy(step => step.Name, step => step.Seconds!.Value)
                            .Select(step => $"{step.Key} {Distribution.Text(new Distribution(step).Median)}")
                    )
            );
            return doubles;

            string Each(StorageService service) => Distribution.Text(requests.Count(r => r.Service == service) / (double)count);
        }
        finally
        {
            state.Delete(recursive: true);
        }
    }

    private static async Task FillAsync(
        BenchmarkApp app,
        SimulatedAzure azure,
        SharedSshd sshd,
        List<BenchmarkUser> users,
        int pool,
        CancellationToken cancellationToken
    )
    {
        var (instances, volumes, boxes) = (app.Get<InstanceStore>(), app.Get<VolumeStore>(), app.Get<BoxStore>());
        var compute = $"/subscriptions/{azure.SubscriptionId}/resourceGroups/{azure.ResourceGroup}/providers/Microsoft.Compute";
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = cancellationToken };
        await Parallel.ForAsync(
            0,
            pool,
            parallel,
            async (n, token) =>
                await instances.TryAddAsync(
                    Instance(n),
                    $"{compute}/virtualMachines/{Instance(n)}",
                    SharedSshd.Address(n),
                    sshd.HostKeyFingerprint,
                    token
                )
        );
        await Parallel.ForAsync(
            0,
            users.Count,
            parallel,
            async (n, token) =>
            {
                var key = new BoxKey(users[n].Id, Box(n));
                await volumes.TryAddAsync(Volume(n), $"{compute}/disks/{Volume(n)}", key, null, token);
                await boxes.TryAddAsync(key, Volume(n), token);
            }
        );
    }

    /// <summary>Boxes that do not have an instance to themselves, by both tables.</summary>
    private static async Task<int> CountDoubleAllocationsAsync(
        BenchmarkApp app,
        List<BenchmarkUser> users,
        CancellationToken cancellationToken
    )
    {
        var owners = new Dictionary<string, BoxKey>();
        await foreach (var row in app.Get<InstanceStore>().ListAllAsync(cancellationToken))
        {
            if (row.ClaimedBy is { } owner)
                owners[row.Id] = owner;
        }

        var (taken, doubles) = (new HashSet<string>(), 0);
        for (var n = 0; n < users.Count; n++)
        {
            var key = new BoxKey(users[n].Id, Box(n));
            var row = await app.Get<BoxStore>().FindAsync(key, cancellationToken);
            if (row?.InstanceId is not { } instance || !taken.Add(instance) || owners.GetValueOrDefault(instance) != key)
                doubles++;
        }

        return doubles + Math.Abs(owners.Count - users.Count);
    }

    private static string Instance(int n) => string.Create(CultureInfo.InvariantCulture, $"vm-{n:d5}");

    private static string Volume(int n) => string.Create(CultureInfo.InvariantCulture, $"vol-{n:d5}");

    private static string Box(int n) => string.Create(CultureInfo.InvariantCulture, $"box{n}");

    private static string Text(int value) => value.ToString("#,0", CultureInfo.InvariantCulture);
}
