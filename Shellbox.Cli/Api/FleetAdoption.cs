namespace Shellbox.Cli.Api;

/// <summary>How many resources were newly registered, and which were not.</summary>
internal sealed record FleetAdoption(
    int Instances,
    int Volumes,
    int Boxes,
    int Running,
    int SkippedCount,
    IReadOnlyList<SkippedResource>? Skipped
);
