using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Shellbox.AzureSimulator.Arm;
using Shellbox.AzureSimulator.Faults;
using Shellbox.AzureSimulator.Instances;
using Shellbox.AzureSimulator.Operations;
using Shellbox.AzureSimulator.ResourceGraph;
using Shellbox.AzureSimulator.Time;

namespace Shellbox.AzureSimulator.Resources;

/// <summary>What the request handlers of one simulator share.</summary>
internal sealed class SimulatedCloud(AzureSimulatorOptions options)
{
    public AzureSimulatorOptions Options { get; } = options;

    public required SimulatedClock Clock { get; init; }

    public required LatencyModel Latency { get; init; }

    public required GraphIndex Graph { get; init; }

    public required ResourceStore Store { get; init; }

    public required OperationStore Operations { get; init; }

    public required IInstanceHost Instances { get; init; }

    public required DiskFiles DiskFiles { get; init; }

    public required FaultPlan Faults { get; init; }

    public required ILogger Logger { get; init; }

    public ResourceIds Ids { get; } = new(options.SubscriptionId);

    public string Location { get; } = options.Location;

    /// <summary>
    /// A name that is unique among the resources of a kind in all groups, and good for a file: that of the resource itself in the first
    /// group.
    /// </summary>
    /// <remarks>'~' is in no name of a resource or group, so the names of two groups never meet.</remarks>
    public string FileName(string resourceGroup, string name) =>
        string.Equals(resourceGroup, Options.ResourceGroup, StringComparison.OrdinalIgnoreCase) ? name : resourceGroup + "~" + name;

    /// <summary>Checks the location that a PUT gives: there is one region.</summary>
    /// <exception cref="ArmException">400: none, or another one.</exception>
    public void CheckLocation(JsonObject body, string type)
    {
        var location = body.GetString("location");
        if (string.IsNullOrEmpty(location))
            throw ArmErrors.Of(400, "LocationRequired", "The location property is required for this definition.");
        if (!string.Equals(location.Replace(" ", "", StringComparison.Ordinal), Location, StringComparison.OrdinalIgnoreCase))
            throw ArmErrors.Of(
                400,
                "LocationNotAvailableForResourceType",
                $"The provided location '{location}' is not available for resource type '{type}'. List of available regions "
                    + $"for the resource type is '{Location}'."
            );
    }

    /// <summary>The group's id by name.</summary>
    /// <exception cref="ArmException">404 ResourceGroupNotFound.</exception>
    public ResourceGroup ResourceGroup(string name) =>
        Store.Find<ResourceGroup>(ResourceTypes.ResourceGroups, Ids.ResourceGroup(name)) ?? throw ArmErrors.ResourceGroupNotFound(name);
}
