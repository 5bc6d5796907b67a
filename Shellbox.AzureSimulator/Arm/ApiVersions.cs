namespace Shellbox.AzureSimulator.Arm;

/// <summary>The api-versions of one resource type, and how its provider refuses others.</summary>
internal sealed record ApiVersions(string ResourceType, params string[] Supported)
{
    public static readonly ApiVersions VirtualMachines = new(
        "Microsoft.Compute/virtualMachines",
        "2023-03-01",
        "2023-07-01",
        "2023-09-01",
        "2024-03-01",
        "2024-07-01",
        "2024-11-01"
    );

    public static readonly ApiVersions ComputeOperations = new(
        "Microsoft.Compute/locations/operations",
        [.. VirtualMachines.Supported, "2022-07-02", "2023-01-02", "2023-04-02", "2023-10-02", "2024-03-02", "2025-01-02"]
    );

    public static readonly ApiVersions Disks = new(
        "Microsoft.Compute/disks",
        "2022-07-02",
        "2023-01-02",
        "2023-04-02",
        "2023-10-02",
        "2024-03-02",
        "2025-01-02"
    );

    public static readonly ApiVersions Snapshots = Disks with { ResourceType = "Microsoft.Compute/snapshots" };

    public static readonly ApiVersions NetworkInterfaces = new(
        "Microsoft.Network/networkInterfaces",
        "2023-09-01",
        "2023-11-01",
        "2024-01-01",
        "2024-03-01",
        "2024-05-01",
        "2024-07-01"
    );

    public static readonly ApiVersions Resources = new(
        "Microsoft.Resources/resourceGroups",
        "2021-01-01",
        "2021-04-01",
        "2022-09-01",
        "2022-12-01",
        "2023-07-01",
        "2024-03-01",
        "2024-07-01",
        "2024-11-01",
        "2025-04-01"
    );

    public static readonly ApiVersions Tags = Resources with { ResourceType = "Microsoft.Resources/tags" };

    public static readonly ApiVersions ResourceGraph = new("Microsoft.ResourceGraph/resources", "2021-03-01", "2022-10-01", "2024-04-01");

    /// <exception cref="ArmException">400, when the version is missing or not supported.</exception>
    public void Check(string? version, string location)
    {
        if (string.IsNullOrEmpty(version))
            throw ArmErrors.Of(
                400,
                "MissingApiVersionParameter",
                "The api-version query parameter (?api-version=) is required for all requests."
            );
        if (Supported.Contains(version, StringComparer.OrdinalIgnoreCase))
            return;
        var supported = string.Join(", ", Supported);
        if (ResourceType.StartsWith("Microsoft.Resources/", StringComparison.Ordinal))
            throw ArmErrors.Of(
                400,
                "InvalidApiVersionParameter",
                $"The api-version '{version}' is invalid. The supported versions are '{supported}'."
            );
        var type = ResourceType[(ResourceType.IndexOf('/', StringComparison.Ordinal) + 1)..];
        throw ArmErrors.Of(
            400,
            "NoRegisteredProviderFound",
            $"No registered resource provider found for location '{location}' and API version '{version}' for type '{type}'. "
                + $"The supported api-versions are '{supported}'. The supported locations are '{location}'."
        );
    }
}
