using Shellbox.Activities.State;

namespace Shellbox.Activities.Pool;

/// <summary>What is to be done so that there is what should be. Making it touches nothing.</summary>
/// <param name="CreateInstances">How many instances to create.</param>
/// <param name="RemoveInstances">Which to remove.</param>
/// <param name="SurplusSince">Since when there have been too many.</param>
/// <param name="Detail">Why no more is done, as a sentence; empty when nothing stands in the way.</param>
public sealed record PoolPlan(int CreateInstances, IReadOnlyList<PoolRemoval> RemoveInstances, DateTimeOffset? SurplusSince, string Detail)
{
    /// <summary>How many blank volumes to create.</summary>
    public int CreateVolumes { get; init; }

    /// <summary>Which blank volumes to delete.</summary>
    public IReadOnlyList<string> RemoveVolumes { get; init; } = [];

    /// <summary>Since when there have been too many blank volumes.</summary>
    public DateTimeOffset? VolumeSurplusSince { get; init; }

    /// <summary>Blank boxes whose time was over, to be made ready again.</summary>
    public IReadOnlyList<string> RenewBlankBoxes { get; init; } = [];

    /// <summary>How many blank boxes to make of blank volumes.</summary>
    public int NewBlankBoxes { get; init; }

    /// <summary>Blank boxes that are no longer wanted: their volumes become blank ones again.</summary>
    public IReadOnlyList<string> RetireBlankBoxes { get; init; } = [];

    public static PoolPlan Decide(PoolSnapshot snapshot, PoolOptions options)
    {
        var control = snapshot.Control;
        if (control.Paused)
        {
            return new PoolPlan(0, [], control.SurplusSince, "The pool is paused.") { VolumeSurplusSince = control.VolumeSurplusSince };
        }

        var boxes = DecideBlankBoxes(snapshot, options);
        var (plan, free) = DecideInstances(snapshot, options, boxes.Missing);

        // An instance that a blank box takes is made up for. Where none can be, what is free belongs to the users first.
        var room = options.Instance.IsConfigured ? free : Math.Max(0, free - options.FreeInstances.Minimum);
        var renew = boxes.Rested.Take(Math.Min(boxes.Missing, room)).ToList();
        var fresh = Math.Min(Math.Min(boxes.Missing, room) - renew.Count, snapshot.Volumes.Blank.Count);
        return DecideVolumes(plan, snapshot, options) with
        {
            RenewBlankBoxes = renew,
            NewBlankBoxes = Math.Max(0, fresh),
            RetireBlankBoxes = boxes.Unwanted,
        };
    }

    private static (int Missing, IReadOnlyList<string> Rested, IReadOnlyList<string> Unwanted) DecideBlankBoxes(
        PoolSnapshot snapshot,
        PoolOptions options
    )
    {
        var (now, control) = (snapshot.Now, snapshot.Control);
        var wanted = Math.Max(options.BlankBoxes, now < control.WantedUntil ? control.WantedBlankBoxes : 0);

        // One that has just stopped may have failed to start: it rests for the back-off, and no other is made in its stead.
        var rested = snapshot
            .BlankBoxes.Where(b => b.State is BoxState.Stopped && now - b.Since >= options.Backoff)
            .OrderBy(b => b.Since)
            .Select(b => b.Name)
            .ToList();
        var present = snapshot.BlankBoxes.Count(b => b.State is not (BoxState.Given or BoxState.Deleting)) - rested.Count;
        var missing = Math.Clamp(wanted - present, 0, rested.Count + snapshot.Volumes.Blank.Count);
        return (missing, rested, [.. rested.Skip(missing)]);
    }

    private static PoolPlan DecideVolumes(PoolPlan plan, PoolSnapshot snapshot, PoolOptions options)
    {
        if (!options.Volume.IsConfigured)
            return plan;
        var (now, control, volumes, bounds) = (snapshot.Now, snapshot.Control, snapshot.Volumes, options.BlankVolumes);
        var waits = control.VolumeRetryAt > now;
        var missing = Math.Min(bounds.Minimum - volumes.Blank.Count, bounds.Total - volumes.Total);
        var surplus = volumes.Blank.Count - bounds.Maximum;
        var surplusSince = surplus > 0 ? control.VolumeSurplusSince ?? now : (DateTimeOffset?)null;
        var leaving = surplusSince is { } since && now - since >= options.CoolDown ? volumes.Blank.Take(surplus) : [];
        return plan with
        {
            CreateVolumes = waits ? 0 : Math.Clamp(missing, 0, options.MaxCreatesAtOnce),
            RemoveVolumes = [.. volumes.HalfRemoved.Concat(leaving).Take(options.MaxCreatesAtOnce)],
            VolumeSurplusSince = surplusSince,
        };
    }

    private static (PoolPlan Plan, int Free) DecideInstances(PoolSnapshot snapshot, PoolOptions options, int missingBlankBoxes)
    {
        var (now, control, instances) = snapshot;
        var free = instances.Where(i => i.State is InstanceState.Free).ToList();

        var abandoned = instances
            .Where(i => i.AbandonedBy is not null)
            .Select(i => new PoolRemoval(
                i.Id,
                i.AbandonedBy,
                $"Its {(i.State is InstanceState.Creating ? "creation" : "removal")} stopped halfway."
            ))
            .ToList();
        if (!options.Instance.IsConfigured)
            return (new PoolPlan(0, abandoned, null, "Growth is off: no instance template is configured."), free.Count);

        var bounds = options.FreeInstances;
        var wanted = now < control.WantedUntil ? control.WantedInstances : 0;
        var inUse = instances.Count(i => i is { State: InstanceState.Claimed, HoldsBlankBox: false });
        var demand = (int)Math.Ceiling(options.DemandShare * inUse);
        var minimum = Math.Max(wanted, Math.Min(bounds.Maximum, Math.Max(bounds.Minimum, demand)));
        var maximum = Math.Max(wanted, bounds.Maximum);

        var creating = instances.Count(i => i is { State: InstanceState.Creating, AbandonedBy: null });
        var missing = minimum + missingBlankBoxes - free.Count - creating;
        var (create, detail) = Limit(missing, (creating, instances.Count), control, now, options);

        var surplus = free.Count - maximum;
        var surplusSince = surplus > 0 ? control.SurplusSince ?? now : (DateTimeOffset?)null;
        var leaving =
            surplusSince is { } since && now - since >= options.CoolDown
                ? free.OrderBy(i => i.CreatedAt)
                    .ThenBy(i => i.Id, StringComparer.Ordinal)
                    .Take(surplus)
                    .Select(i => new PoolRemoval(
                        i.Id,
                        null,
                        $"More than {maximum} instances were free for {options.CoolDown.TotalMinutes:0.#} minutes."
                    ))
                : [];
        var spent = instances
            .Where(i => i.State is InstanceState.Quarantined && now - i.Since >= options.QuarantineKeep)
            .Select(i => new PoolRemoval(i.Id, null, "It was quarantined, and nobody has put it back."));

        // ARM's limit on deletes is the one on writes.
        return (
            new PoolPlan(create, [.. abandoned.Concat(spent).Concat(leaving).Take(options.MaxCreatesAtOnce)], surplusSince, detail),
            free.Count
        );
    }

    /// <summary>How many of the missing may be created now, and what keeps the others back.</summary>
    public static (int Count, string Obstacle) Limit(
        int missing,
        (int Creating, int Total) instances,
        PoolRow control,
        DateTimeOffset now,
        PoolOptions options
    )
    {
        if (missing <= 0)
            return (0, "");
        if (control.RetryAt > now)
            return (0, $"The last creation failed ({control.LastFailure}); the next is tried at {control.RetryAt:u}.");
        if (instances.Total >= options.FreeInstances.Total)
            return (0, $"The pool has all the {options.FreeInstances.Total} instances that it may have.");
        if (instances.Creating >= options.MaxCreatesAtOnce)
            return (0, $"{instances.Creating} instances are being created already.");
        return (
            Math.Min(missing, Math.Min(options.MaxCreatesAtOnce - instances.Creating, options.FreeInstances.Total - instances.Total)),
            ""
        );
    }
}
