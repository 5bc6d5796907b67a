namespace Shellbox.AzureSimulator.Compute;

/// <summary>What a new disk or snapshot is like.</summary>
internal sealed record DiskDescription
{
    public required string Id { get; init; }

    /// <summary>The resource type: disks or snapshots.</summary>
    public string Type { get; init; } = Resources.ResourceTypes.Disks;

    public required string ResourceGroup { get; init; }

    public required string Name { get; init; }

    public required int SizeGB { get; init; }

    public required string Sku { get; init; }

    public string ProvisioningState { get; init; } = "Succeeded";
}
