using Azure.Core;

namespace Shellbox.Activities.Azure;

/// <summary>A resource as Resource Graph saw it some time ago.</summary>
/// <param name="Id">Its ARM id.</param>
/// <param name="Name">Its name.</param>
/// <param name="ManagedBy">The VM that a disk is attached to, by ARM id; null when it is not.</param>
/// <param name="Tags">Its tags.</param>
public sealed record ResourceGraphRow(string Id, string Name, string? ManagedBy, IReadOnlyDictionary<string, string> Tags)
{
    internal const string VirtualMachines = "microsoft.compute/virtualmachines";
    internal const string Disks = "microsoft.compute/disks";

    /// <summary>The name of the VM that the disk is attached to.</summary>
    public string? Holder => ManagedBy is null ? null : new ResourceIdentifier(ManagedBy).Name;
}
