namespace Shellbox.Benchmarks.Polling;

/// <summary>What was measured at one longest pause between two looks at a queue.</summary>
/// <param name="Interval">The pause.</param>
internal sealed record PollingResult(TimeSpan Interval)
{
    private const double SecondsOfMonth = 730 * 3600;

    /// <summary>An orchestration of one activity after a pause, in seconds.</summary>
    public List<double> OneActivity { get; } = [];

    /// <summary>A connect of a box that runs, after a pause, in seconds.</summary>
    public List<double> Hot { get; } = [];

    /// <summary>What two idle hosts asked of the storage.</summary>
    public List<StorageRequest> Idle { get; } = [];

    public double IdleSeconds { get; set; }

    public double PerSecond(Func<StorageRequest, bool> kind) => Idle.Count(kind) / IdleSeconds;

    /// <summary>In dollars.</summary>
    public double CostOfMonth => Idle.Sum(r => StoragePrices.Of(r.Service)) / IdleSeconds * SecondsOfMonth;

    // A hub's control queues are shared out among its hosts, each queue is read by one; the queue of activities is read by all.
    public static bool IsControlQueue(StorageRequest request) => IsQueue(request, "-control-");

    public static bool IsActivityQueue(StorageRequest request) => IsQueue(request, "-workitems");

    public static bool IsAppQueue(StorageRequest request) =>
        request.Service is StorageService.Queue && !IsControlQueue(request) && !IsActivityQueue(request);

    /// <summary>Who has which control queue: leases, kept in a table or in blobs.</summary>
    public static bool IsLease(StorageRequest request) =>
        request.Service is StorageService.Blob
        || (request.Service is StorageService.Table && request.Path.Contains("Partitions", StringComparison.Ordinal));

    private static bool IsQueue(StorageRequest request, string name) =>
        request.Service is StorageService.Queue && request.Path.Contains(name, StringComparison.Ordinal);
}
