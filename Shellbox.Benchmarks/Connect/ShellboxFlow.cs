using System.Diagnostics;
using Shellbox.Contracts;
using Shellbox.Contracts.Operations;
using Shellbox.LocalCloud;

namespace Shellbox.Benchmarks.Connect;

/// <summary>The app's own connect in each tier: the whole way, from the HTTP request to the answer that follows the SSH banner.</summary>
internal static class ShellboxFlow
{
    /// <summary>Hot connects of a kind and box: they cost little, and their tail takes hundreds to be seen.</summary>
    private const int Repeats = 8;

    /// <summary>Boxes after which the app is started anew, for the connects that are the first.</summary>
    private const int BoxesPerStart = 4;

    private const string FirstOnInstance = "hot, first on its instance";
    private const string FirstAfterStart = "hot, first after a start";

    /// <summary>What is measured, and in which tier it has to be.</summary>
    private static readonly OrderedDictionary<string, Tier> Kinds = new()
    {
        ["warm"] = Tier.Warm,
        ["resumable"] = Tier.Resumable,
        ["hot, paused"] = Tier.Hot,
        ["hot, running"] = Tier.Hot,
        [FirstOnInstance] = Tier.Hot,
        [FirstAfterStart] = Tier.Hot,
    };

    /// <param name="connects">How many boxes are connected, each cold, then hot, resumable and warm.</param>
    /// <param name="timeScale">Of Azure alone: storage, SSH and QEMU take the time they take.</param>
    /// <param name="seed">Of Azure's draws.</param>
    /// <param name="durable">Where orchestrations are kept.</param>
    /// <param name="report">Told how far it is.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<IReadOnlyList<FlowResult>> MeasureAsync(
        int connects,
        double timeScale,
        int seed,
        DurableStorage durable,
        Action<string> report,
        CancellationToken cancellationToken
    )
    {
        await using var cloud = await ShellboxCloud.StartAsync(connects + 1, timeScale, seed, cancellationToken, durable);
        var samples = Kinds.Keys.ToDictionary(k => k, _ => new List<ConnectSample>());
        var cold = new List<ConnectSample>();
        var calls = 0;

        // The first box pays for the JIT: it is a row of its own.
        var (first, _) = await BoxAsync(cloud, ShellboxCloud.Box(1), (_, _) => { }, cancellationToken);
        for (var n = 2; n <= connects + 1; n++)
        {
            report($"box {n - 1} of {connects}");
            var (sample, armCalls) = await BoxAsync(
                cloud,
                ShellboxCloud.Box(n),
                (kind, again) => samples[kind].Add(again),
                cancellationToken
            );
            calls += armCalls;
            cold.Add(sample);
            var started = ((n - 2) % BoxesPerStart) + 1;
            if (started < BoxesPerStart && n <= connects)
                continue;

            await cloud.App.DisposeAsync();
            await cloud.StartAppAsync(new Dictionary<string, string>(), cancellationToken);
            for (var back = started - 1; back >= 0; back--)
            {
                var box = ShellboxCloud.Box(n - back);
                samples[back == started - 1 ? FirstAfterStart : FirstOnInstance]
                    .Add(await OnInstanceAsync(cloud, box, Tier.Hot, cancellationToken));
                await cloud.EndGuestAsync(box, save: false, cancellationToken);
            }
        }

        return
        [
            new FlowResult("Shellbox, cold", cold, calls / (double)connects, 0),
            new FlowResult("Shellbox, cold, first of all", [first], 0, 0),
            .. samples.Where(t => t.Value.Count > 0).Select(t => new FlowResult($"Shellbox, {t.Key}", t.Value, 0, 0)),
        ];
    }

    /// <summary>Connects a box in each tier; in the end its guest runs.</summary>
    private static async Task<(ConnectSample Cold, int ArmCalls)> BoxAsync(
        ShellboxCloud cloud,
        string box,
        Action<string, ConnectSample> add,
        CancellationToken cancellationToken
    )
    {
        var cold = await ColdAsync(cloud, box, cancellationToken);
        for (var i = 0; i < Repeats; i++)
        {
            await AddAsync("hot, running");
            await cloud.DisconnectAsync(box, cancellationToken);
            await AddAsync("hot, paused");
        }

        await cloud.EndGuestAsync(box, save: true, cancellationToken);
        await AddAsync("resumable");
        await cloud.EndGuestAsync(box, save: false, cancellationToken);
        await AddAsync("warm");
        return cold;

        async Task AddAsync(string kind) => add(kind, await OnInstanceAsync(cloud, box, Kinds[kind], cancellationToken));
    }

    private static async Task<(ConnectSample Sample, int ArmCalls)> ColdAsync(
        ShellboxCloud cloud,
        string box,
        CancellationToken cancellationToken
    )
    {
        var scale = cloud.Azure.Options.TimeScale;
        var requested = TimeProvider.System.GetUtcNow();
        var result = await cloud.ConnectAsync(box, cancellationToken);
        var answered = TimeProvider.System.GetUtcNow();
        Require(result, Tier.Cold);

        // Only what Azure takes is scaled: the read and the PATCH of the VM, and from the PATCH's arrival until the instance sees the disk.
        var instance = result.InstanceId;
        var mine = cloud
            .Azure.Requests.Where(r => r.Time >= requested && r.Resource.Equals(instance, StringComparison.OrdinalIgnoreCase))
            .ToList();
        var patch = mine.Single(r => r.Operation is "VirtualMachines_Update");
        var reads = mine.Where(r => r.Operation is "VirtualMachines_Get" && r.Time < patch.Time).ToList();
        var reading = reads.Sum(r => r.Elapsed.TotalSeconds);
        var visible = EndOf(result, StepName.WaitForDisk);
        var before = (patch.Time - requested).TotalSeconds - reading + (scale * (reading + (visible - patch.Time).TotalSeconds));
        return (new ConnectSample(before, (answered - visible).TotalSeconds) { Steps = StepsOf(result) }, reads.Count + 1);
    }

    /// <summary>A connect that Azure has no part in.</summary>
    private static async Task<ConnectSample> OnInstanceAsync(
        ShellboxCloud cloud,
        string box,
        Tier tier,
        CancellationToken cancellationToken
    )
    {
        var start = Stopwatch.GetTimestamp();
        var result = await cloud.ConnectAsync(box, cancellationToken);
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        Require(result, tier);
        return new ConnectSample(0, seconds) { Steps = StepsOf(result) };
    }

    private static IReadOnlyList<(string Name, double Seconds)> StepsOf(ConnectResult result) =>
        [.. result.Steps.Select(s => (s.Name, s.Seconds!.Value))];

    private static DateTimeOffset EndOf(ConnectResult result, string step)
    {
        var found = result.Steps.First(s => s.Name == step);
        return found.StartedAt + TimeSpan.FromSeconds(found.Seconds!.Value);
    }

    private static void Require(ConnectResult result, Tier tier)
    {
        if (result.Tier != tier)
            throw new InvalidOperationException($"The connect was {result.Tier.Word()}, not {tier.Word()}.");
    }
}
