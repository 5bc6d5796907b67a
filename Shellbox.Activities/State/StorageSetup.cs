using Azure;
using Azure.Storage.Queues;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Shellbox.Activities.Operations;

namespace Shellbox.Activities.State;

/// <summary>
/// Creates the tables and the queues that are missing. Storage that does not answer does not keep the app from starting: the requests say
/// so, and this goes on trying.
/// </summary>
internal sealed partial class StorageSetup(StateTables tables, QueueServiceClient queues, TimeProvider time, ILogger<StorageSetup> logger)
    : BackgroundService
{
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(2);

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        // The first try is awaited, so that a request that comes right after the start finds the tables.
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(5), time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        if (!await TryCreateAsync(either.Token))
            await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        do
        {
            await Task.Delay(Retry, time, stoppingToken);
        } while (!await TryCreateAsync(stoppingToken));
    }

    private async Task<bool> TryCreateAsync(CancellationToken cancellationToken)
    {
        try
        {
            await tables.CreateIfMissingAsync(cancellationToken);
            foreach (var queue in WorkQueues.All)
                await queues.GetQueueClient(queue).CreateIfNotExistsAsync(cancellationToken: cancellationToken);
            return true;
        }
        catch (Exception e) when (e is RequestFailedException or AggregateException or OperationCanceledException)
        {
            LogUnavailable(tables.Boxes.Uri, e.Message.FirstLine());
            return false;
        }
    }

    [LoggerMessage(201, LogLevel.Error, "Storage at {Endpoint} does not answer; start it, or correct AzureWebJobsStorage. ({Reason})")]
    private partial void LogUnavailable(Uri endpoint, string reason);
}
