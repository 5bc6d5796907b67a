namespace Shellbox.Activities.Pool;

/// <summary>What a new volume is made from.</summary>
public sealed record PoolVolumeOptions
{
    /// <summary>
    /// The resource id of the golden snapshot (or disk): a volume saved after its guest's first boot, which every new volume is a copy of.
    /// </summary>
    public string? GoldenSnapshotId { get; init; }

    /// <summary>The region.</summary>
    public string? Location { get; init; }

    public string Sku { get; init; } = "Premium_LRS";

    /// <summary>Null: as large as the snapshot.</summary>
    public int? SizeGB { get; init; }

    /// <summary>Whether the pool creates and removes volumes.</summary>
    public bool IsConfigured => GoldenSnapshotId is { Length: > 0 };
}
