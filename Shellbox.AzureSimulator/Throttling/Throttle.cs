using System.Globalization;
using Shellbox.AzureSimulator.Arm;
using Shellbox.AzureSimulator.Time;

namespace Shellbox.AzureSimulator.Throttling;

/// <summary>
/// The token buckets of Resource Manager (per subscription) and of the compute provider (per VM, and per subscription and
/// region), by MicrosoftDocs azure-compute-docs "compute-throttling-limits" and ARM's "request limits".
/// </summary>
internal sealed class Throttle(SimulatedClock clock)
{
    private sealed record Limit(string Policy, double PerMinute, double Burst);

    // Resource Manager: reads 250 at once and 25 a second; writes and deletes 200 at once and 10 a second.
    private static readonly Limit ArmReads = new("reads", 25 * 60, 250);
    private static readonly Limit ArmWrites = new("writes", 10 * 60, 200);
    private static readonly Limit ArmDeletes = new("deletes", 10 * 60, 200);

    private static readonly Limit VirtualMachineUpdate = new("UpdateVM", 4, 12);
    private static readonly Limit VirtualMachineGet = new("GetVM", 12, 36);
    private static readonly Limit VirtualMachineDelete = new("DeleteVM", 4, 12);
    private static readonly Limit OperationStatus = new("GetOperation", 15, 45);
    private static readonly Limit SubscriptionUpdates = new("UpdateVMSubscription", 500, 1500);
    private static readonly Limit SubscriptionLists = new("ListVMSubscription", 300, 900);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, TokenBucket> _buckets = new(StringComparer.OrdinalIgnoreCase);
    private readonly DateTimeOffset _origin = clock.Now;

    /// <summary>Takes a token from each bucket that a request draws on; returns headers that tell what is left.</summary>
    /// <exception cref="ArmException">429.</exception>
    public KeyValuePair<string, string> Take(ArmRoute route, string resource)
    {
        var now = (clock.Now - _origin).TotalSeconds * clock.Scale;
        lock (_gate)
        {
            var (arm, header) = route.Kind switch
            {
                RequestKind.Delete when route.Method == "DELETE" => (ArmDeletes, "x-ms-ratelimit-remaining-subscription-deletes"),
                RequestKind.Write or RequestKind.Delete or RequestKind.Action => (ArmWrites, "x-ms-ratelimit-remaining-subscription-writes"),
                RequestKind.Tags => (ArmWrites, "x-ms-ratelimit-remaining-subscription-writes"),
                _ => (ArmReads, "x-ms-ratelimit-remaining-subscription-reads"),
            };
            var left = Take(arm, "", now, "SubscriptionRequestsThrottled", $"Number of '{arm.Policy}' requests for the subscription exceeded the limit. Please try again after '{{0}}' seconds.");
            if (route.ApiVersions == ApiVersions.VirtualMachines)
                TakeCompute(route, resource, now);
            else if (route.Kind == RequestKind.OperationStatus)
                Take(OperationStatus, resource, now);
            return KeyValuePair.Create(header, left.ToString(CultureInfo.InvariantCulture));
        }
    }

    private void TakeCompute(ArmRoute route, string resource, double now)
    {
        switch (route.Kind)
        {
            case RequestKind.Read:
                Take(VirtualMachineGet, resource, now);
                break;
            case RequestKind.List:
                Take(SubscriptionLists, "", now);
                break;
            case RequestKind.Delete:
                Take(VirtualMachineDelete, resource, now);
                break;
            case RequestKind.Action:
                // Start, power-off and run command have buckets of their own, of the same size as updates.
                Take(VirtualMachineUpdate with { Policy = route.OperationId }, resource, now);
                break;
            default:
                Take(VirtualMachineUpdate, resource, now);
                Take(SubscriptionUpdates, "", now);
                break;
        }
    }

    private void Take(Limit limit, string resource, double now) => Take(limit, resource, now, "TooManyRequests",
        $"The server rejected the request because too many requests have been received for this subscription. Policy: {limit.Policy}. Retry after {{0}} seconds.");

    private int Take(Limit limit, string resource, double now, string code, string message)
    {
        var key = limit.Policy + "|" + resource;
        if (!_buckets.TryGetValue(key, out var bucket))
            _buckets[key] = bucket = new TokenBucket(limit.Burst, limit.PerMinute / 60, now);
        if (bucket.TryTake(now) is not { } wait)
            return bucket.Left;
        var seconds = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        throw new ArmException(new ArmError(429, code, message.Replace("{0}", seconds, StringComparison.Ordinal))
        {
            RetryAfter = wait,
        });
    }
}
