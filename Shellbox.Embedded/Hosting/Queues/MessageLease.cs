using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using Microsoft.Extensions.Logging;

namespace Shellbox.Embedded.Hosting.Queues;

/// <summary>Keeps a taken message hidden from others while its function runs, and ends that one way or the other.</summary>
internal sealed class MessageLease : IAsyncDisposable
{
    private readonly QueueClient queue;
    private readonly QueueMessage message;
    private readonly TimeSpan length;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly CancellationTokenSource over = new();
    private readonly Task renewing;
    private string popReceipt;

    public MessageLease(QueueClient queue, QueueMessage message, TimeSpan length, TimeProvider time, ILogger logger)
    {
        this.queue = queue;
        this.message = message;
        this.length = length;
        this.time = time;
        this.logger = logger;
        popReceipt = message.PopReceipt;
        renewing = RenewAsync();
    }

    /// <summary>The message is done.</summary>
    public Task DeleteAsync() => EndAsync("deleting", () => queue.DeleteMessageAsync(message.MessageId, popReceipt));

    /// <summary>The message is to be seen again after the delay.</summary>
    public Task ReleaseAsync(TimeSpan delay) =>
        EndAsync("releasing", () => queue.UpdateMessageAsync(message.MessageId, popReceipt, visibilityTimeout: delay));

    public async ValueTask DisposeAsync()
    {
        await over.CancelAsync().ConfigureAwait(false);
        await renewing.ConfigureAwait(false);
        over.Dispose();
    }

    private async Task RenewAsync()
    {
        try
        {
            while (true)
            {
                // A third of the lease: one renewal may fail.
                await Task.Delay(length / 3, time, over.Token).ConfigureAwait(false);
                try
                {
                    // Without the text, which stays as it is.
                    var receipt = await queue.UpdateMessageAsync(
                        message.MessageId, popReceipt, visibilityTimeout: length, cancellationToken: over.Token).ConfigureAwait(false);
                    popReceipt = receipt.Value.PopReceipt;
                }
                catch (Azure.RequestFailedException e)
                {
                    logger.MessageStepFailed(e, message.MessageId, queue.Name, "renewing the lease");
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Over.
        }
    }

    private async Task EndAsync(string step, Func<Task> end)
    {
        // The renewal changes the receipt, so it ends first.
        await over.CancelAsync().ConfigureAwait(false);
        await renewing.ConfigureAwait(false);
        try
        {
            await end().ConfigureAwait(false);
        }
#pragma warning disable CA1031 // The message comes back when its lease is over, which at-least-once allows.
        catch (Exception e)
#pragma warning restore CA1031
        {
            logger.MessageStepFailed(e, message.MessageId, queue.Name, step);
        }
    }
}
