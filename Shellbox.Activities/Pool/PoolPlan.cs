using Shellbox.Activities.Configuration;
using Shellbox.Activities.State;

namespace Shellbox.Activities.Pool;

/// <summary>What is to be done so that there is what should be. Making it touches nothing.</summary>
/// <param name="CreateInstances">How many instances to create.</param>
/// <param name="RemoveInstances">Which to remove.</param>
/// <param name="SurplusSince">Since when there have been too many.</param>
/// <param name="Detail">Why no more is done, as a sentence; empty when nothing stands in the way.</param>
public sealed record PoolPlan(int CreateInstances, IReadOnlyList<PoolRemoval> RemoveInstances, DateTimeOffset? SurplusSince, string Detail)
{
    public static PoolPlan Decide(PoolSnapshot snapshot, PoolOptions options)
    {
        var (now, control, instances) = snapshot;
        if (control.Paused) return new PoolPlan(0, [], control.SurplusSince, "The pool is paused.");

        var abandoned = instances.Where(i => i.AbandonedBy is not null)
            .Select(i => new PoolRemoval(i.Id, i.AbandonedBy, $"Its {(i.State is InstanceState.Creating ? "creation" : "removal")} stopped halfway."))
            .ToList();
        if (!options.Instance.IsConfigured) return new PoolPlan(0, abandoned, null, "Growth is off: no instance template is configured.");

        var bounds = options.FreeInstances;
        var wanted = now < control.WantedUntil ? control.WantedInstances : 0;
        var inUse = instances.Count(i => i is { State: InstanceState.Claimed, HoldsBlankBox: false });
        var demand = (int)Math.Ceiling(options.DemandShare * inUse);
        var minimum = Math.Max(wanted, Math.Min(bounds.Maximum, Math.Max(bounds.Minimum, demand)));
        var maximum = Math.Max(wanted, bounds.Maximum);

        var free = instances.Where(i => i.State is InstanceState.Free).ToList();
        var creating = instances.Count(i => i is { State: InstanceState.Creating, AbandonedBy: null });
        var missing = minimum - free.Count - creating;
        var (create, detail) = Limit(missing, creating, instances.Count, control, now, options);

        var surplus = free.Count - maximum;
        var surplusSince = surplus > 0 ? control.SurplusSince ?? now : (DateTimeOffset?)null;
        var leaving = surplusSince is { } since && now - since >= options.CoolDown
            ? free.OrderBy(i => i.CreatedAt).ThenBy(i => i.Id, StringComparer.Ordinal).Take(surplus)
                .Select(i => new PoolRemoval(i.Id, null, $"More than {maximum} instances were free for {options.CoolDown.TotalMinutes:0.#} minutes."))
            : [];
        var spent = instances.Where(i => i.State is InstanceState.Quarantined && now - i.Since >= options.QuarantineKeep)
            .Select(i => new PoolRemoval(i.Id, null, "It was quarantined, and nobody has put it back."));

        // ARM's limit on deletes is the one on writes.
        return new PoolPlan(create, [.. abandoned.Concat(spent).Concat(leaving).Take(options.MaxCreatesAtOnce)], surplusSince, detail);
    }

    /// <summary>How many of the missing may be created now, and what keeps the others back.</summary>
    public static (int Count, string Obstacle) Limit(
        int missing, int creating, int total, PoolRow control, DateTimeOffset now, PoolOptions options)
    {
        if (missing <= 0) return (0, "");
        if (control.RetryAt > now) return (0, $"The last creation failed ({control.LastFailure}); the next is tried at {control.RetryAt:u}.");
        if (total >= options.FreeInstances.Total) return (0, $"The pool has all the {options.FreeInstances.Total} instances that it may have.");
        if (creating >= options.MaxCreatesAtOnce) return (0, $"{creating} instances are being created already.");
        return (Math.Min(missing, Math.Min(options.MaxCreatesAtOnce - creating, options.FreeInstances.Total - total)), "");
    }
}
