using Microsoft.Extensions.Logging;
using Shellbox.AzureSimulator.Arm;
using Shellbox.AzureSimulator.Faults;
using Shellbox.AzureSimulator.Instances;
using Shellbox.AzureSimulator.Operations;
using Shellbox.AzureSimulator.ResourceGraph;
using Shellbox.AzureSimulator.Time;

namespace Shellbox.AzureSimulator.Resources;

/// <summary>What the request handlers of one simulator share.</summary>
internal sealed class SimulatedCloud(
    AzureSimulatorOptions options,
    SimulatedClock clock,
    LatencyModel latency,
    GraphIndex graph,
    ResourceStore store,
    OperationStore operations,
    IInstanceHost instances,
    DiskFiles diskFiles,
    FaultPlan faults,
    ILogger logger)
{
    public AzureSimulatorOptions Options { get; } = options;

    public SimulatedClock Clock { get; } = clock;

    public LatencyModel Latency { get; } = latency;

    public GraphIndex Graph { get; } = graph;

    public ResourceStore Store { get; } = store;

    public OperationStore Operations { get; } = operations;

    public IInstanceHost Instances { get; } = instances;

    public DiskFiles DiskFiles { get; } = diskFiles;

    public FaultPlan Faults { get; } = faults;

    public ILogger Logger { get; } = logger;

    public ResourceIds Ids { get; } = new(options.SubscriptionId);

    public string Location { get; } = options.Location;

    /// <summary>The group's id by name.</summary>
    /// <exception cref="ArmException">404 ResourceGroupNotFound.</exception>
    public ResourceGroup ResourceGroup(string name) =>
        Store.Find<ResourceGroup>(ResourceTypes.ResourceGroups, Ids.ResourceGroup(name)) ?? throw ArmErrors.ResourceGroupNotFound(name);
}
