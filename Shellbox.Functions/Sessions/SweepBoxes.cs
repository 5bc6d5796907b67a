using Microsoft.Extensions.Logging;
using Shellbox.Activities.State;
using Shellbox.Functions.Operations;

namespace Shellbox.Functions.Sessions;

/// <summary>
/// Looks once a minute for what nobody else will end: sessions whose client is gone, deletes that failed, blank boxes that were given by
/// half. One box's fault is not the next one's.
/// </summary>
public sealed partial class SweepBoxes(BoxStore boxes, BoxStarter starter, SessionWatch sessions, ILogger<SweepBoxes> logger)
{
    [Function(nameof(SweepBoxes))]
    public async Task RunAsync(
        [TimerTrigger("20 * * * * *")] TimerInfo timer,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken
    )
    {
        try
        {
            await starter.CompleteAssignedAsync(client, cancellationToken);
            var expire = sessions.Begin();
            await foreach (var box in boxes.ListToSweepAsync(cancellationToken))
            {
                try
                {
                    if (box.State is BoxState.Deleting)
                        await starter.RetryDeleteAsync(client, box, cancellationToken);
                    else if (expire)
                        await sessions.EndLostAsync(client, box, cancellationToken);
                }
                catch (Exception e) when (e is not OperationCanceledException)
                {
                    LogFailed(box.Key.ToString(), e);
                }
            }
        }
        catch
        {
            sessions.Fail();
            throw;
        }
    }

    [LoggerMessage(511, LogLevel.Warning, "Sweeping the box {Box} failed; the others go on")]
    private partial void LogFailed(string box, Exception exception);
}
