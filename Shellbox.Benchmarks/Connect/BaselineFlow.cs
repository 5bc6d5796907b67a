namespace Shellbox.Benchmarks.Connect;

/// <summary>The old flow and the stages that connect-performance-analysis.md proposes, up to the moment at which QEMU can start.</summary>
/// <param name="Name">What the report calls it.</param>
/// <param name="RunAsync">One connect: its number among the flow's.</param>
internal sealed record BaselineFlow(string Name, Func<BaselineCloud, int, CancellationToken, Task> RunAsync)
{
    /// <summary>All of them, the slowest first.</summary>
    public static IReadOnlyList<BaselineFlow> All { get; } =
    [
        new(
            "old flow",
            async (cloud, n, cancellationToken) =>
            {
                await cloud.QueryResourcesAsync(n, cancellationToken);
                await cloud.UpdateVmAsync(n, tags: true, attach: false, cancellationToken);
                await cloud.WaitForGraphAsync(BaselineCloud.Vm(n), cancellationToken);
                await cloud.UpdateDiskTagsAsync(n, cancellationToken);
                await cloud.WaitForGraphAsync(BaselineCloud.Disk(n), cancellationToken);
                await cloud.UpdateVmAsync(n, tags: false, attach: true, cancellationToken);
            }
        ),
        new(
            "quick wins: one VM update, no graph waits",
            async (cloud, n, cancellationToken) =>
            {
                await cloud.QueryResourcesAsync(n, cancellationToken);
                await cloud.UpdateDiskTagsAsync(n, cancellationToken);
                await cloud.UpdateVmAsync(n, tags: true, attach: true, cancellationToken);
            }
        ),
        new(
            "+ parallel updates",
            async (cloud, n, cancellationToken) =>
            {
                await cloud.QueryResourcesAsync(n, cancellationToken);
                await Task.WhenAll(
                    cloud.UpdateDiskTagsAsync(n, cancellationToken),
                    cloud.UpdateVmAsync(n, tags: true, attach: true, cancellationToken)
                );
            }
        ),
        // With the record in Table Storage no query is left, and the disk's tags go to the background: a few milliseconds of table reads
        // are left out in its favour.
        new(
            "+ Table Storage, tags in the background",
            (cloud, n, cancellationToken) => cloud.UpdateVmAsync(n, tags: true, attach: true, cancellationToken)
        ),
    ];

    /// <summary>Runs it a number of times, some at once: each has its own VM and disk.</summary>
    public async Task<FlowResult> MeasureAsync(int connects, double timeScale, int seed, CancellationToken cancellationToken)
    {
        await using var cloud = await BaselineCloud.StartAsync(connects, timeScale, seed, cancellationToken);
        var samples = new ConnectSample[connects];
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = cancellationToken };
        await Parallel.ForAsync(
            0,
            connects,
            parallel,
            async (i, token) =>
            {
                samples[i] = new ConnectSample(await cloud.TimeAsync(() => RunAsync(cloud, i + 1, token)), Qemu: null);
            }
        );
        var (arm, graph) = cloud.CallsOf(connects);
        return new FlowResult(Name, samples, arm, graph);
    }
}
