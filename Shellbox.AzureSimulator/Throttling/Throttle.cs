using System.Globalization;
using System.Text.Json.Nodes;
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
    public IReadOnlyList<KeyValuePair<string, string>> Take(ArmRoute route, string resource)
    {
        var now = (clock.Now - _origin).TotalSeconds * clock.Scale;
        lock (_gate)
        {
            var (arm, header) = route.Kind switch
            {
                RequestKind.Delete when route.Method == "DELETE" => (ArmDeletes, "x-ms-ratelimit-remaining-subscription-deletes"),
                RequestKind.Write or RequestKind.Delete or RequestKind.Action => (
                    ArmWrites,
                    "x-ms-ratelimit-remaining-subscription-writes"
                ),
                RequestKind.Tags => (ArmWrites, "x-ms-ratelimit-remaining-subscription-writes"),
                _ => (ArmReads, "x-ms-ratelimit-remaining-subscription-reads"),
            };
            var left = Take(
                arm,
                "",
                now,
                "SubscriptionRequestsThrottled",
                $"Number of '{arm.Policy}' requests for the subscription exceeded the limit. Please try again after '{{0}}' seconds."
            );
            var headers = new List<KeyValuePair<string, string>>
            {
                KeyValuePair.Create(header, left.ToString(CultureInfo.InvariantCulture)),
            };
            var buckets = Compute(route).Select(l => (Limit: l.Limit, Left: Take(l.Limit, l.PerResource ? resource : "", now))).ToList();
            if (buckets.Count > 0)
                headers.Add(
                    KeyValuePair.Create(
                        "x-ms-ratelimit-remaining-resource",
                        string.Join(',', buckets.Select(b => $"Microsoft.Compute/{b.Limit.Policy};{b.Left}"))
                    )
                );
            return headers;
        }
    }

    /// <summary>The compute provider's buckets that a request draws on.</summary>
    private static IEnumerable<(Limit Limit, bool PerResource)> Compute(ArmRoute route)
    {
        if (route.Kind == RequestKind.OperationStatus)
            return [(OperationStatus, true)];
        if (route.ApiVersions != ApiVersions.VirtualMachines)
            return [];
        return route.Kind switch
        {
            RequestKind.Read => [(VirtualMachineGet, true)],
            RequestKind.List => [(SubscriptionLists, false)],
            RequestKind.Delete => [(VirtualMachineDelete, true)],
            // Start, power-off and run command have buckets of their own, of the same size as updates.
            RequestKind.Action =>
            [
                (
                    VirtualMachineUpdate with
                    {
                        Policy = route.OperationId[(route.OperationId.IndexOf('_', StringComparison.Ordinal) + 1)..] + "VM",
                    },
                    true
                ),
            ],
            _ => [(VirtualMachineUpdate, true), (SubscriptionUpdates, false)],
        };
    }

    /// <summary>The compute provider's refusal names the bucket in its details alone (aks-engine#2295).</summary>
    private int Take(Limit limit, string resource, double now)
    {
        try
        {
            return Take(
                limit,
                resource,
                now,
                "OperationNotAllowed",
                "The server rejected the request because too many requests have been received for this subscription."
            );
        }
        catch (ArmException e)
        {
            var detail = new JsonObject
            {
                ["code"] = "TooManyRequests",
                ["target"] = limit.Policy,
                ["message"] =
                    $"{{\"operationGroup\":\"{limit.Policy}\",\"allowedRequestCount\":{limit.Burst},"
                    + $"\"retryAfterSeconds\":{Math.Ceiling(e.Error.RetryAfter!.Value.TotalSeconds)}}}",
            };
            throw new ArmException(e.Error with { Details = [detail] });
        }
    }

    private int Take(Limit limit, string resource, double now, string code, string message)
    {
        var key = limit.Policy + "|" + resource;
        if (!_buckets.TryGetValue(key, out var bucket))
            _buckets[key] = bucket = new TokenBucket(limit.Burst, limit.PerMinute / 60, now);
        if (bucket.TryTake(now) is not { } wait)
            return bucket.Left;
        var seconds = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        throw new ArmException(new ArmError(429, code, message.Replace("{0}", seconds, StringComparison.Ordinal)) { RetryAfter = wait });
    }
}
