using Shellbox.Activities.Instances;
using Shellbox.Activities.Operations;
using Shellbox.Activities.State;
using Shellbox.Contracts.Agent;

namespace Shellbox.Activities.Release;

/// <summary>
/// Ends the guest and unmounts its volume, so that the disk can be taken off: with its state saved on the volume, or shut down.
/// </summary>
public sealed class StopQemu(BoxStore boxes, InstanceShell shell) : BoxActivity<StopQemu.Input, AgentAnswer>(boxes)
{
    /// <summary>What it is given.</summary>
    public sealed record Input(BoxOperation Operation, Placement Placement, bool Save, TimeSpan Timeout) : IBoxInput;

    [Function(nameof(StopQemu))]
    public Task<AgentAnswer> RunAsync([ActivityTrigger] Input input, CancellationToken cancellationToken) =>
        RunFencedAsync(input, cancellationToken);

    protected override Task<AgentAnswer> RunAsync(Input input, BoxRow box, CancellationToken cancellationToken) =>
        shell.RunAsync(
            input.Placement,
            input.Save ? AgentVerb.Save : AgentVerb.Stop,
            AgentRequests.For(input.Operation, box) with
            {
                TimeoutSeconds = input.Timeout.TotalSeconds,
            },
            input.Timeout + TimeSpan.FromSeconds(30),
            cancellationToken
        );
}
