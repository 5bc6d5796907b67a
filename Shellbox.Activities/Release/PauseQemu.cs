using Shellbox.Activities.Instances;
using Shellbox.Activities.Operations;
using Shellbox.Activities.State;
using Shellbox.Contracts.Agent;

namespace Shellbox.Activities.Release;

/// <summary>Pauses the guest: it takes no processor time and answers again within milliseconds of being woken.</summary>
public sealed class PauseQemu(BoxStore boxes, InstanceShell shell) : BoxActivity<PauseQemu.Input, AgentAnswer>(boxes)
{
    /// <summary>What it is given.</summary>
    public sealed record Input(BoxOperation Operation, Placement Placement) : IBoxInput;

    [Function(nameof(PauseQemu))]
    public Task<AgentAnswer> RunAsync([ActivityTrigger] Input input, CancellationToken cancellationToken) =>
        RunFencedAsync(input, cancellationToken);

    protected override Task<AgentAnswer> RunAsync(Input input, BoxRow box, CancellationToken cancellationToken) =>
        shell.RunAsync(
            input.Placement,
            AgentVerb.Pause,
            AgentRequests.For(input.Operation, box),
            TimeSpan.FromSeconds(30),
            cancellationToken
        );
}
