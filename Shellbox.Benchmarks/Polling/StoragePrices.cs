namespace Shellbox.Benchmarks.Polling;

/// <summary>
/// What a transaction costs on a general-purpose v2 account with local redundancy, in dollars
/// (azure.microsoft.com/pricing/details/storage/queues, /blobs, /tables), as infracost had it from the Azure Retail Prices API: its
/// internal/providers/terraform/azure/testdata/storage_queue_test/storage_queue_test.golden at 01c59b1. That has no tables; theirs is the
/// price of any transaction on a v1 account there. A read of an empty queue costs as one of a full queue. A blob is taken as read or
/// leased: a write costs 0.055 for 10,000, and an idle app does next to none.
/// </summary>
internal static class StoragePrices
{
    private const double QueuePerTenThousand = 0.004;
    private const double BlobPerTenThousand = 0.0044;
    private const double TablePerTenThousand = 0.00036;

    public static double Of(StorageService service) =>
        service switch
        {
            StorageService.Queue => QueuePerTenThousand,
            StorageService.Blob => BlobPerTenThousand,
            _ => TablePerTenThousand,
        } / 10_000;
}
