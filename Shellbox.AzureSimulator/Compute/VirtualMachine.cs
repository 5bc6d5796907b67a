using System.Text.Json.Nodes;
using Shellbox.AzureSimulator.Arm;
using Shellbox.AzureSimulator.Instances;
using Shellbox.AzureSimulator.Operations;
using Shellbox.AzureSimulator.Resources;

namespace Shellbox.AzureSimulator.Compute;

internal sealed class VirtualMachine(string id, string resourceGroup, string name, string location, IInstance instance)
    : Resource(id, ResourceTypes.VirtualMachines, resourceGroup, name, location)
{
    public IInstance Instance { get; } = instance;

    public PowerState Power { get; set; } = PowerState.Starting;

    /// <summary>Whether it died without Azure's knowledge: it is still called running, but nothing on it answers.</summary>
    public bool HasCrashed { get; set; }

    /// <summary>The operation that runs on the VM; one at a time.</summary>
    public LongRunningOperation? Operation { get; set; }

    /// <summary>Whether it still has a host, which it gives back by deallocation alone.</summary>
    public bool IsAllocated => Power != PowerState.Deallocated;

    public bool IsBusy => Operation is { IsRunning: true };

    public JsonArray DataDisks
    {
        get => (JsonArray)StorageProfile["dataDisks"]!;
        set => StorageProfile["dataDisks"] = value;
    }

    public string Size => (string?)(Properties["hardwareProfile"] as JsonObject)?["vmSize"] ?? "Standard_D2s_v5";

    /// <summary>A forced deletion overtakes what runs on a VM, which then must not touch it any more.</summary>
    /// <exception cref="ArmException">409: it was overtaken.</exception>
    public void RequireCurrent(LongRunningOperation operation)
    {
        if (Operation != operation)
            throw ArmErrors.Of(409, "OperationPreempted", "Operation was preempted by a more recent operation.");
    }

    protected override bool ShowsETag => true;

    private JsonObject StorageProfile => (JsonObject)Properties["storageProfile"]!;

    public JsonObject InstanceView(DateTimeOffset now)
    {
        var agent =
            Power == PowerState.Running && !HasCrashed
                ? ("ProvisioningState/succeeded", "Ready")
                : ("ProvisioningState/Unavailable", "Not Ready");
        return new JsonObject
        {
            ["computerName"] = Name,
            ["osName"] = "debian",
            ["vmAgent"] = new JsonObject
            {
                ["vmAgentVersion"] = "2.9.1.1",
                ["statuses"] = new JsonArray(Status(agent.Item1, agent.Item2, now)),
            },
            ["disks"] = new JsonArray([
                .. DataDisks
                    .Prepend(StorageProfile["osDisk"])
                    .Select(d => new JsonObject
                    {
                        ["name"] = (string?)d!["name"],
                        ["statuses"] = new JsonArray(Status("ProvisioningState/succeeded", "Provisioning succeeded", now)),
                    }),
            ]),
            ["statuses"] = new JsonArray(
                Status(
                    "ProvisioningState/" + (ProvisioningState ?? "").ToLowerInvariant(),
                    "Provisioning " + (ProvisioningState ?? "").ToLowerInvariant(),
                    now
                ),
                Status("PowerState/" + Power.ToString().ToLowerInvariant(), "VM " + Power.ToString().ToLowerInvariant(), null)
            ),
        };
    }

    protected override void CompleteForGraph(JsonObject properties) =>
        properties["extended"] = new JsonObject
        {
            ["instanceView"] = new JsonObject
            {
                ["powerState"] = new JsonObject
                {
                    ["code"] = "PowerState/" + Power.ToString().ToLowerInvariant(),
                    ["displayStatus"] = "VM " + Power.ToString().ToLowerInvariant(),
                    ["level"] = "Info",
                },
            },
        };

    private static JsonObject Status(string code, string display, DateTimeOffset? time)
    {
        var status = new JsonObject
        {
            ["code"] = code,
            ["level"] = "Info",
            ["displayStatus"] = display,
        };
        if (time is { } at)
            status["time"] = ManagedDisk.Timestamp(at);
        return status;
    }
}
