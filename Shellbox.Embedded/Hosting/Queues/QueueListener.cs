using System.Diagnostics.CodeAnalysis;
using Azure;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using Microsoft.Extensions.Logging;
using Shellbox.Embedded.Hosting.Functions;
using Shellbox.Embedded.Hosting.Settings;

namespace Shellbox.Embedded.Hosting.Queues;

/// <summary>Feeds one queue function from its queue.</summary>
[SuppressMessage("Design", "CA1001", Justification = "Lives as long as the host; its token sources hold no timers of their own.")]
internal sealed class QueueListener(
    FunctionInvoker invoker,
    QueueClient queue,
    QueueClient poison,
    string setting,
    QueueOutput output,
    HostJson hostJson,
    TimeProvider time,
    ILoggerFactory loggers)
{
    /// <summary>How long a taken message is hidden; while its function runs that is renewed, so a crash frees it soon.</summary>
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(60);

    /// <summary>The official host's shortest wait between two looks into an empty queue.</summary>
    private static readonly TimeSpan ShortestPoll = TimeSpan.FromMilliseconds(100);

    private static readonly TimeSpan StopGrace = TimeSpan.FromSeconds(5);

    /// <summary>How long the storage may take for what is under way when the host stops.</summary>
    private static readonly TimeSpan StorageGrace = TimeSpan.FromSeconds(2);

    private readonly ILogger logger = loggers.CreateLogger("Host.Triggers.Queues");
    private readonly ILogger functionLogger = loggers.CreateLogger(invoker.Function.LogCategory);
    private readonly CancellationTokenSource stopTaking = new();
    private readonly CancellationTokenSource cancelTaking = new();
    private readonly CancellationTokenSource cancelRunning = new();
    private readonly CancellationTokenSource abandonRunning = new();
    private readonly HashSet<Task> running = [];
    private Task loop = Task.CompletedTask;
    private TaskCompletionSource roomMade = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private string? trouble;
    private bool everReached;

    public void Start() => loop = Task.Run(ListenAsync);

    /// <summary>
    /// Takes nothing new, and lets what runs end: first by itself, then cancelled; what then still runs is abandoned and its message given back.
    /// </summary>
    public async Task StopAsync(CancellationToken atOnce)
    {
        await stopTaking.CancelAsync().ConfigureAwait(false);
        if (!await EndsAsync(loop, StorageGrace, atOnce).ConfigureAwait(false))
        {
            await cancelTaking.CancelAsync().ConfigureAwait(false);
            await loop.ConfigureAwait(false);
        }

        Task all;
        lock (running)
            all = Task.WhenAll(running);
        if (await EndsAsync(all, StopGrace, atOnce).ConfigureAwait(false))
            return;
        await cancelRunning.CancelAsync().ConfigureAwait(false);
        if (await EndsAsync(all, StopGrace, atOnce).ConfigureAwait(false))
            return;
        await abandonRunning.CancelAsync().ConfigureAwait(false);
        await EndsAsync(all, StorageGrace, CancellationToken.None).ConfigureAwait(false);
    }

    private static async Task<bool> EndsAsync(Task task, TimeSpan within, CancellationToken atOnce)
    {
        try
        {
            await task.WaitAsync(within, TimeProvider.System, atOnce).ConfigureAwait(false);
            return true;
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            return false;
        }
    }

    private async Task ListenAsync()
    {
        var wait = ShortestPoll;
        try
        {
            while (!stopTaking.IsCancellationRequested)
            {
                var taken = await TakeAsync().ConfigureAwait(false);
                if (taken is { Length: > 0 })
                {
                    wait = ShortestPoll;
                    if (stopTaking.IsCancellationRequested)
                    {
                        await GiveBackAsync(taken).ConfigureAwait(false);
                        return;
                    }

                    foreach (var message in taken)
                        Run(message);
                    await RoomAsync().ConfigureAwait(false);
                    continue;
                }

                await Task.Delay(wait, time, stopTaking.Token).ConfigureAwait(false);
                wait = Longer(wait);
            }
        }
        catch (OperationCanceledException) when (stopTaking.IsCancellationRequested)
        {
            // Told to stop.
        }
    }

    /// <summary>What came while the host was told to stop is for whoever runs next.</summary>
    private async Task GiveBackAsync(QueueMessage[] messages)
    {
        foreach (var message in messages)
        {
            await using var lease = new MessageLease(queue, message, Lease, time, logger);
            await lease.ReleaseAsync(TimeSpan.Zero).ConfigureAwait(false);
        }
    }

    private TimeSpan Longer(TimeSpan wait)
    {
        var doubled = wait * 2;
        var longest = hostJson.QueueMaxPollingInterval < ShortestPoll ? ShortestPoll : hostJson.QueueMaxPollingInterval;
        return doubled < longest ? doubled : longest;
    }

    /// <summary>The next batch; none: the queue is empty or cannot be reached.</summary>
    private async Task<QueueMessage[]?> TakeAsync()
    {
        try
        {
            if (!everReached)
                await queue.CreateIfNotExistsAsync(cancellationToken: cancelTaking.Token).ConfigureAwait(false);

            // Not cut off when the host stops: the storage may have handed out messages by then, and nobody would know of them until their lease is over.
            var response = await queue.ReceiveMessagesAsync(hostJson.QueueBatchSize, Lease, cancelTaking.Token).ConfigureAwait(false);
            if (trouble is not null)
                logger.QueueReachable(queue.Name, queue.Uri.GetLeftPart(UriPartial.Authority));
            trouble = null;
            everReached = true;
            return response.Value;
        }
        catch (OperationCanceledException) when (cancelTaking.IsCancellationRequested)
        {
            throw;
        }
#pragma warning disable CA1031 // Whatever keeps the storage away, the host stays up; it is said once.
        catch (Exception e)
#pragma warning restore CA1031
        {
            if (e is RequestFailedException { ErrorCode: "QueueNotFound" })
            {
                everReached = false;
                return null;
            }

            var reason = Reason(e);
            if (trouble != reason)
                logger.QueueUnreachable(queue.Name, queue.Uri.GetLeftPart(UriPartial.Authority), reason, setting);
            trouble = reason;
            return null;
        }
    }

    private static string Reason(Exception e) => e switch
    {
        RequestFailedException { ErrorCode: { Length: > 0 } code } => code,
        AggregateException a => Reason(a.InnerExceptions[0]),
        _ => (e.InnerException ?? e).Message.ReplaceLineEndings(" "),
    };

    private void Run(QueueMessage message)
    {
        lock (running)
        {
            var task = Task.Run(() => RunAsync(message));
            running.Add(task);
            _ = task.ContinueWith(Ended, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }

    private void Ended(Task task)
    {
        lock (running)
        {
            running.Remove(task);
            roomMade.TrySetResult();
        }
    }

    /// <summary>Waits until so few messages run that another batch may be taken.</summary>
    private async Task RoomAsync()
    {
        while (true)
        {
            Task room;
            lock (running)
            {
                if (running.Count <= hostJson.QueueNewBatchThreshold)
                    return;
                roomMade = new(TaskCreationOptions.RunContinuationsAsynchronously);
                room = roomMade.Task;
            }

            await room.WaitAsync(stopTaking.Token).ConfigureAwait(false);
        }
    }

    private async Task RunAsync(QueueMessage message)
    {
        var lease = new MessageLease(queue, message, Lease, time, logger);
        try
        {
            if (message.DequeueCount > hostJson.QueueMaxDequeueCount)
            {
                // Its last attempt ended with the process.
                await PoisonAsync(message, lease).ConfigureAwait(false);
                return;
            }

            using var timeout = new CancellationTokenSource(hostJson.FunctionTimeout, time);
            using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(cancelRunning.Token, timeout.Token);
            using var abandon = CancellationTokenSource.CreateLinkedTokenSource(abandonRunning.Token, timeout.Token);
            var decoded = QueuesModelFactory.QueueMessage(
                message.MessageId,
                message.PopReceipt,
                MessageText.Decode(message.MessageText, hostJson.QueueBase64),
                message.DequeueCount,
                message.NextVisibleOn,
                message.InsertedOn,
                message.ExpiresOn);
            await invoker.InvokeAsync(
                new InvocationInput(decoded, BindingData(decoded)),
                async (invocation, result) =>
                {
                    if (invoker.Function.Output is not null)
                        await output.SendAsync(invoker.Function, result, invocation.CancellationToken).ConfigureAwait(false);
                    return true;
                },
                cancellation.Token).WaitAsync(abandon.Token).ConfigureAwait(false);
            await lease.DeleteAsync().ConfigureAwait(false);
            functionLogger.MessageDone(invoker.Function.Name, message.MessageId);
        }
        catch (OperationCanceledException) when (cancelRunning.IsCancellationRequested)
        {
            await lease.ReleaseAsync(TimeSpan.Zero).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // Whatever the app's code throws is an attempt that failed.
        catch (Exception e)
#pragma warning restore CA1031
        {
            functionLogger.MessageFailed(e, invoker.Function.Name, message.MessageId, message.DequeueCount, hostJson.QueueMaxDequeueCount);
            if (message.DequeueCount >= hostJson.QueueMaxDequeueCount)
                await PoisonAsync(message, lease).ConfigureAwait(false);
            else
                await lease.ReleaseAsync(hostJson.QueueVisibilityTimeout).ConfigureAwait(false);
        }
        finally
        {
            await lease.DisposeAsync().ConfigureAwait(false);
        }
    }

    private static Dictionary<string, object?> BindingData(QueueMessage message) => new(StringComparer.OrdinalIgnoreCase)
    {
        ["Id"] = message.MessageId,
        ["PopReceipt"] = message.PopReceipt,
        ["DequeueCount"] = message.DequeueCount,
        ["InsertionTime"] = message.InsertedOn,
        ["ExpirationTime"] = message.ExpiresOn,
        ["NextVisibleTime"] = message.NextVisibleOn,
        ["QueueTrigger"] = message.Body.ToString(),
    };

    private async Task PoisonAsync(QueueMessage message, MessageLease lease)
    {
        logger.MessagePoisoned(message.MessageId, message.DequeueCount, poison.Name);
        try
        {
            await poison.CreateIfNotExistsAsync().ConfigureAwait(false);
            await poison.SendMessageAsync(message.MessageText, timeToLive: TimeSpan.FromSeconds(-1)).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // The message is not lost: it stays in its queue.
        catch (Exception e)
#pragma warning restore CA1031
        {
            logger.MessageStepFailed(e, message.MessageId, queue.Name, "moving to the poison queue");
            return;
        }

        await lease.DeleteAsync().ConfigureAwait(false);
    }
}
