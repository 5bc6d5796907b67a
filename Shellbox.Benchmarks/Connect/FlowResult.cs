namespace Shellbox.Benchmarks.Connect;

/// <summary>What a flow took, over all its connects.</summary>
/// <param name="Name">The flow.</param>
/// <param name="Samples">One a connect.</param>
/// <param name="ArmCalls">Requests to Resource Manager until QEMU can start, a connect, Resource Graph not counted.</param>
/// <param name="GraphCalls">Queries of Resource Graph, a connect.</param>
internal sealed record FlowResult(string Name, IReadOnlyList<ConnectSample> Samples, double ArmCalls, double GraphCalls)
{
    public Distribution BeforeQemu { get; } = new(Samples.Select(s => s.BeforeQemu));

    /// <summary>Request to SSH banner. Flows that end where QEMU starts get the boot that the given median says.</summary>
    public Distribution Total(double medianBoot) => new(Samples.Select(s => s.BeforeQemu + (s.Qemu ?? medianBoot)));
}
