using Shellbox.Activities.Operations;
using Shellbox.Activities.State;

namespace Shellbox.Activities.Connect;

/// <summary>
/// For a connect that came during a release: the epoch of its turn once the release has ended, else null. A release that will not end any
/// more is taken over.
/// </summary>
public sealed class TakeTurn(BoxStore boxes, TimeProvider time)
{
    [Function(nameof(TakeTurn))]
    public async Task<Epoch?> RunAsync(
        [ActivityTrigger] BoxOperation operation,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken
    )
    {
        var row = await boxes.TryTakeTurnAsync(
            operation.Key,
            operation.OperationId,
            release => client.IsOverAsync(release, OperationLiveness.StartGrace, time, cancellationToken),
            cancellationToken
        );
        return row?.Epoch;
    }
}
