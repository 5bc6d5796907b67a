using Shellbox.Activities.Operations;

namespace Shellbox.Functions.Operations;

/// <summary>
/// Decides on a box, and once more when the operation that the decision waits for turns out to be dead: one that was terminated or lost
/// leaves its row behind, and whoever comes next takes over.
/// </summary>
internal sealed class Takeover(DurableTaskClient client, TimeProvider time)
{
    /// <param name="decide">Decides; told which operation is dead, if one is known.</param>
    /// <param name="awaited">The operation that a decision waits for; null: none.</param>
    /// <param name="stillNames">Whether the row still names it: an operation that has just ended in the ordinary way has moved the row on,
    /// and is no dead one.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<T> DecideAsync<T>(
        Func<string?, Task<T>> decide,
        Func<T, string?> awaited,
        Func<string, Task<bool>> stillNames,
        CancellationToken cancellationToken
    )
    {
        string? dead = null;
        while (true)
        {
            var decision = await decide(dead);
            if (
                awaited(decision) is not { } operationId
                || operationId == dead
                || !await client.IsOverAsync(operationId, OperationLiveness.StartGrace, time, cancellationToken)
                || !await stillNames(operationId)
            )
            {
                return decision;
            }

            dead = operationId;
        }
    }
}
