namespace Shellbox.Activities.Pool;

/// <summary>
/// The pool: how many instances, blank volumes and blank boxes it keeps ready. Without <see cref="Instance"/> it creates and removes no
/// instance, and without
/// <see cref="Volume"/> no volume: an adopted fleet stays as it is. When it looks is the setting <c>Schedule</c> of this section, which the
/// timer reads.
/// </summary>
public sealed record PoolOptions
{
    /// <summary>Instances that nobody has; <see cref="PoolBounds.Total"/> is all of them, whoever has them.</summary>
    public PoolBounds FreeInstances { get; init; } =
        new()
        {
            Minimum = 5,
            Maximum = 10,
            Total = 100,
        };

    /// <summary>Volumes that no user has; <see cref="PoolBounds.Total"/> is all of them, whoever has them.</summary>
    public PoolBounds BlankVolumes { get; init; } =
        new()
        {
            Minimum = 20,
            Maximum = 50,
            Total = 500,
        };

    /// <summary>Boxes without a user whose guest stands paused on an instance: a new box starts from one at once.</summary>
    public int BlankBoxes { get; init; } = 2;

    /// <summary>How long a blank box stands before its guest is saved and its instance is free again.</summary>
    public TimeSpan BlankTtl { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How long there have to be more than the maximum before the oldest are removed.</summary>
    public TimeSpan CoolDown { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// How long nothing is created after a creation failed; doubled with each further failure in a row, up to <see cref="MaxBackoff"/>.
    /// </summary>
    public TimeSpan Backoff { get; init; } = TimeSpan.FromMinutes(1);
    public TimeSpan MaxBackoff { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>
    /// How many instances, and as many volumes, are being created at a time. ARM lets a subscription write 200 times in a burst and 10
    /// times a second.
    /// </summary>
    public int MaxCreatesAtOnce { get; init; } = 10;

    /// <summary>How long the creation of an instance may take, its first boot included.</summary>
    public TimeSpan CreateDeadline { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>
    /// The share of the boxes in use that is kept free beyond them: a busy hour keeps more ready than a quiet one. The minimum and maximum
    /// still hold.
    /// </summary>
    public double DemandShare { get; init; } = 0.1;

    /// <summary>How long what a <c>pool</c> message asks for is kept ready.</summary>
    public TimeSpan PrewarmPeriod { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>How many starts in a row may fail by an instance's fault before it is taken out of service.</summary>
    public int QuarantineAfter { get; init; } = 3;

    /// <summary>How long a quarantined instance is left for an operator to look at before it is removed.</summary>
    public TimeSpan QuarantineKeep { get; init; } = TimeSpan.FromDays(1);

    /// <summary>What a new instance is made from.</summary>
    public PoolInstanceOptions Instance { get; init; } = new();

    /// <summary>What a new volume is made from.</summary>
    public PoolVolumeOptions Volume { get; init; } = new();
}
