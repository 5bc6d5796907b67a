namespace Shellbox.Activities.State;

/// <summary>Where a box runs or is about to.</summary>
/// <param name="InstanceId">The instance, by the VM's name.</param>
/// <param name="Address">Its private address.</param>
/// <param name="HostKeyFingerprint">What its SSH host key must hash to.</param>
/// <param name="ResourceId">The VM's ARM id.</param>
/// <param name="Lun">The logical unit number of the volume.</param>
public sealed record Placement(string InstanceId, string Address, string HostKeyFingerprint, string ResourceId, int Lun);
