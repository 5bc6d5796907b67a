namespace Shellbox.Activities.Operations;

/// <summary>Whether an operation that a Boxes row names is still under way.</summary>
public static class OperationLiveness
{
    /// <summary>
    /// A row is written before its orchestration is started: an orchestration that is missing for this long will not come any more.
    /// </summary>
    public static readonly TimeSpan StartGrace = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>True when the operation will change nothing any more: its orchestration has ended, or never began.</summary>
    /// <param name="client">The Durable client.</param>
    /// <param name="operationId">The operation.</param>
    /// <param name="grace">How long to wait for an orchestration that is not there yet.</param>
    /// <param name="time">The clock of that wait.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task<bool> IsOverAsync(
        this DurableTaskClient client,
        string operationId,
        TimeSpan grace,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        var start = time.GetTimestamp();
        while (true)
        {
            if (await client.GetInstanceAsync(operationId, cancellationToken) is { } instance)
                return instance.IsCompleted;
            if (time.GetElapsedTime(start) >= grace)
                return true;
            await Task.Delay(Pause, time, cancellationToken);
        }
    }
}
