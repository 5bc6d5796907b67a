namespace Shellbox.LocalHost.Settings;

/// <summary>
/// What the values of host.json may be, by their full names: where the extensions refuse others in words that do not name the key, or take
/// them and fail later. The figures are those of QueuesOptions, AzureStorageOptions, DurableTaskOptions and of the storage services.
/// </summary>
internal static class ValueLimits
{
    /// <summary>The clocks of .NET cannot be set for much longer.</summary>
    public static readonly TimeSpan MaxWait = TimeSpan.FromDays(24);

    private const string Queues = "extensions:queues:";
    private const string Durable = "extensions:durableTask:";
    private const string Storage = Durable + "storageProvider:";

    private static readonly TimeSpan OneMillisecond = TimeSpan.FromMilliseconds(1);

    /// <summary>Queue storage hides a message for no longer.</summary>
    private static readonly TimeSpan MaxVisibilityTimeout = TimeSpan.FromDays(7);

    public static readonly IReadOnlyDictionary<string, (int Least, int Most)> Counts = new Dictionary<string, (int, int)>(
        StringComparer.OrdinalIgnoreCase
    )
    {
        [Queues + "batchSize"] = (1, 32),
        [Queues + "newBatchThreshold"] = (0, int.MaxValue),
        [Queues + "maxDequeueCount"] = (1, int.MaxValue),
        [Durable + "maxConcurrentActivityFunctions"] = (1, int.MaxValue),
        [Durable + "maxConcurrentOrchestratorFunctions"] = (1, int.MaxValue),
        [Durable + "maxConcurrentEntityFunctions"] = (1, int.MaxValue),
        [Durable + "maxEntityOperationBatchSize"] = (1, int.MaxValue),
        [Durable + "maxOrchestrationActions"] = (1, int.MaxValue),
        [Durable + "extendedSessionIdleTimeoutInSeconds"] = (0, int.MaxValue),
        [Durable + "entityMessageReorderWindowInMinutes"] = (0, int.MaxValue),
        [Durable + "maxGrpcMessageSizeInBytes"] = (1, int.MaxValue),
        [Durable + "httpSettings:defaultAsyncRequestSleepTimeMilliseconds"] = (1, int.MaxValue),
        [Storage + "partitionCount"] = (1, 16),
        [Storage + "controlQueueBatchSize"] = (1, 32),
        [Storage + "controlQueueBufferThreshold"] = (1, 1000),
    };

    public static readonly IReadOnlyDictionary<string, (TimeSpan Least, TimeSpan Most)> Durations = new Dictionary<
        string,
        (TimeSpan, TimeSpan)
    >(StringComparer.OrdinalIgnoreCase)
    {
        ["functionTimeout"] = (TimeSpan.FromSeconds(1), MaxWait),
        [Queues + "maxPollingInterval"] = (TimeSpan.FromMilliseconds(100), MaxWait),
        [Queues + "visibilityTimeout"] = (TimeSpan.Zero, MaxVisibilityTimeout),
        [Durable + "grpcHttpClientTimeout"] = (OneMillisecond, MaxWait),
        [Durable + "appLeaseOptions:renewInterval"] = (OneMillisecond, MaxWait),
        [Durable + "appLeaseOptions:acquireInterval"] = (OneMillisecond, MaxWait),
        [Durable + "appLeaseOptions:leaseInterval"] = (TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(60)),
        [Durable + "notifications:eventGrid:publishRetryInterval"] = (OneMillisecond, TimeSpan.FromMinutes(60)),
        [Storage + "controlQueueVisibilityTimeout"] = (TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(60)),
        [Storage + "workItemQueueVisibilityTimeout"] = (TimeSpan.FromSeconds(1), MaxVisibilityTimeout),
        [Storage + "maxQueuePollingInterval"] = (OneMillisecond, MaxWait),
        [Storage + "partitionTableOperationTimeout"] = (OneMillisecond, MaxWait),
        ["singleton:lockPeriod"] = (TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(60)),
        ["singleton:listenerLockPeriod"] = (TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(60)),
    };
}
