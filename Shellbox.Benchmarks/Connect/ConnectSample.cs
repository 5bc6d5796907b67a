namespace Shellbox.Benchmarks.Connect;

/// <summary>One measured connect.</summary>
/// <param name="BeforeQemu">From the request until QEMU can start, in seconds of Azure's own time: the waits for Azure as if at time scale
/// 1, the rest as it took.</param>
/// <param name="Qemu">From there to the SSH banner, in real seconds; null where it was not run (the old flow and its stages end where QEMU
/// starts).</param>
internal sealed record ConnectSample(double BeforeQemu, double? Qemu)
{
    /// <summary>What the connect reported to have taken how long, in the order of its steps; empty where it reports nothing.</summary>
    public IReadOnlyList<(string Name, double Seconds)> Steps { get; init; } = [];
}
