using System.Globalization;
using System.Text.Json.Nodes;
using Shellbox.AzureSimulator.Resources;

namespace Shellbox.AzureSimulator.Compute;

/// <summary>A managed disk, or a snapshot of one: they differ in type alone.</summary>
internal sealed class ManagedDisk(string id, string type, string resourceGroup, string name, string location)
    : Resource(id, type, resourceGroup, name, location)
{
    /// <summary>
    /// The VM whose model holds the disk, from the acceptance of the attach on. Azure's own fields lag behind:
    /// <c>diskState</c> says Unattached and <c>managedBy</c> nothing while an attach runs (kubernetes#82714).
    /// </summary>
    public string? Owner { get; set; }

    public bool IsBeingDetached { get; set; }

    /// <summary>The VM as <c>managedBy</c> shows it.</summary>
    public string? ManagedBy { get; set; }

    public string State { get; set; } = "Unattached";

    public required int SizeGB { get; set; }

    /// <summary>What the disk's contents are called among the simulator's files.</summary>
    public required string FileName { get; init; }

    /// <summary>Whether the disk still exists: a disk can be deleted while it is being attached.</summary>
    public bool IsDeleted { get; set; }

    /// <param name="virtualMachine">The VM that has it.</param>
    /// <param name="allocated">A disk of a deallocated VM is Reserved; a stopped VM still holds its disks.</param>
    public void Attached(string virtualMachine, bool allocated)
    {
        Owner = virtualMachine;
        ManagedBy = virtualMachine;
        IsBeingDetached = false;
        State = allocated ? "Attached" : "Reserved";
    }

    public void Free()
    {
        Owner = null;
        ManagedBy = null;
        IsBeingDetached = false;
        State = "Unattached";
    }

    protected override void CompleteProperties(JsonObject properties, DateTimeOffset now)
    {
        properties["diskSizeGB"] = SizeGB;
        properties["diskSizeBytes"] = SizeGB * (1L << 30);
        properties["diskState"] = State;
    }

    protected override void CompleteBody(JsonObject body)
    {
        if (ManagedBy is not null)
            body["managedBy"] = ManagedBy;
    }

    public static string Timestamp(DateTimeOffset at) => at.ToString("yyyy-MM-ddTHH:mm:ss.fffffffzzz", CultureInfo.InvariantCulture);
}
