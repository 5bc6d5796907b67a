using System.Text.Json;
using Azure;
using Azure.Storage.Blobs;
using Microsoft.Azure.WebJobs.Extensions.Timers;
using Microsoft.Azure.WebJobs.Host.Executors;
using Microsoft.Azure.WebJobs.Host.Storage;
using Microsoft.Azure.WebJobs.Logging;
using Microsoft.Extensions.Logging;

namespace Shellbox.LocalHost.Timers;

/// <summary>
/// Keeps when each timer ran last and runs next in a blob of the host's storage account, where the official host keeps it, so that an
/// occurrence missed between two runs of the host is seen, and hosts of the same id on one account see each other's. The timers extension
/// brings such a class, but it is compiled against an older version of the storage package and does not load.
/// </summary>
/// <remarks>
/// The timer listener reads a status once, as it starts: there the base class finds an occurrence past due, or finds that the status does
/// not go with the schedule (it was changed) and counts anew from now without calling anything past due. It writes one after every run.
/// </remarks>
internal sealed class BlobScheduleMonitor : ScheduleMonitor
{
    private readonly IHostIdProvider _hostId;
    private readonly ILogger _logger;
    private readonly Lazy<BlobContainerClient> _container;

    public BlobScheduleMonitor(IAzureBlobStorageProvider storage, IHostIdProvider hostId, ILoggerFactory loggerFactory)
    {
        _hostId = hostId;
        _logger = loggerFactory.CreateLogger(LogCategories.CreateTriggerCategory("Timer"));
        _container = new Lazy<BlobContainerClient>(() =>
            storage.TryCreateHostingBlobContainerClient(out var client)
                ? client
                : throw new InvalidOperationException(
                    "Timers keep their schedule in storage, but the setting AzureWebJobsStorage names none that can be used."
                )
        );
    }

    /// <summary>Reads the status of a timer; null if none was written yet, or if what was written is no status.</summary>
    /// <exception cref="InvalidOperationException">
    /// The storage account cannot be read, after the storage client's own retries, or there is none.
    /// </exception>
    public override async Task<ScheduleStatus?> GetStatusAsync(string timerName)
    {
        var blob = await BlobAsync(timerName);
        try
        {
            var content = await blob.DownloadContentAsync();
            return content.Value.Content.ToObjectFromJson<ScheduleStatus>();
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            // Neither is the container there before the first host has started.
            return null;
        }
        catch (JsonException)
        {
            _logger.StatusUnreadable(timerName, blob.Uri);
            return null;
        }
        catch (Exception e) when (IsOfStorage(e))
        {
            throw new InvalidOperationException(
                $"The schedule status of the timer {timerName} cannot be read from {blob.Uri}: {FirstLine(e)}",
                e
            );
        }
    }

    /// <summary>
    /// Writes the status of a timer. If that fails it is logged, and the timer goes on: only a restart would then not know of this run.
    /// </summary>
    /// <exception cref="InvalidOperationException">There is no storage account.</exception>
    public override async Task UpdateStatusAsync(string timerName, ScheduleStatus status)
    {
        var blob = await BlobAsync(timerName);
        var content = BinaryData.FromObjectAsJson(status);
        try
        {
            try
            {
                await blob.UploadAsync(content, overwrite: true);
            }
            catch (RequestFailedException e) when (e.Status == 404)
            {
                await _container.Value.CreateIfNotExistsAsync();
                await blob.UploadAsync(content, overwrite: true);
            }
        }
        catch (Exception e) when (IsOfStorage(e))
        {
            _logger.StatusNotWritten(timerName, blob.Uri, FirstLine(e));
        }
    }

    private async Task<BlobClient> BlobAsync(string timerName)
    {
        var id = await _hostId.GetHostIdAsync(CancellationToken.None);
        return _container.Value.GetBlobClient($"timers/{id}/{timerName}/status");
    }

    /// <summary>What the storage client throws: one failure, or those of all its tries.</summary>
    private static bool IsOfStorage(Exception e) =>
        e is RequestFailedException or AggregateException or IOException or OperationCanceledException;

    /// <summary>Without the headers of the response, which the client lists below it.</summary>
    private static string FirstLine(Exception e)
    {
        var message = (e is AggregateException all ? all.InnerExceptions[^1] : e).Message;
        var end = message.AsSpan().IndexOfAny('\r', '\n');
        return end < 0 ? message : message[..end];
    }
}
