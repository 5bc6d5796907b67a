using Shellbox.Activities.State;

namespace Shellbox.Activities.Operations;

/// <summary>
/// An activity that acts on a box. The fence stands here, once: it is run only while the box is its operation's, and is given the row that
/// said so. Durable Functions run an activity at least once, maybe late, maybe after its orchestration is over.
/// </summary>
public abstract class BoxActivity<TInput, TOutput>(BoxStore boxes)
    where TInput : IBoxInput
{
    protected BoxStore Boxes => boxes;

    /// <exception cref="OperationSupersededException">The box is no longer that operation's.</exception>
    protected async Task<TOutput> RunFencedAsync(TInput input, CancellationToken cancellationToken) =>
        await RunAsync(input, await boxes.RequireAsync(input.Operation, cancellationToken), cancellationToken);

    protected abstract Task<TOutput> RunAsync(TInput input, BoxRow box, CancellationToken cancellationToken);
}
