using Shellbox.Activities.Azure;
using Shellbox.Activities.State;

namespace Shellbox.Activities;

/// <summary>
/// Lists the resources of the group that their tags call Shellbox's and that the tables do not know. It asks the resource providers, whose lists are
/// current, and not Resource Graph.
/// </summary>
public sealed class ListFleet(ComputeInstances compute, InstanceStore instances, VolumeStore volumes, BoxStore boxes)
{
    [Function(nameof(ListFleet))]
    public async Task<UnknownFleet> RunAsync([ActivityTrigger] string? reason, CancellationToken cancellationToken)
    {
        var unknownInstances = new List<string>();
        await foreach (var vm in compute.ListAsync(cancellationToken))
        {
            if (vm.Data.Tags.TryGetValue(ShellboxTags.Role, out var role) && role == ShellboxTags.InstanceRole
                && await instances.FindAsync(vm.Data.Name, cancellationToken) is null)
            {
                unknownInstances.Add(vm.Id.ToString());
            }
        }

        var unknownVolumes = new List<string>();
        await foreach (var disk in compute.ListDisksAsync(cancellationToken))
        {
            var tags = disk.Data.Tags;
            if (!tags.TryGetValue(ShellboxTags.Role, out var role) || role != ShellboxTags.VolumeRole) continue;
            var known = await volumes.FindAsync(disk.Data.Name, cancellationToken) is { } row
                && (row.Owner is not { } owner || await boxes.FindAsync(owner, cancellationToken) is not null);
            if (!known) unknownVolumes.Add(disk.Id.ToString());
        }

        return new UnknownFleet(unknownInstances, unknownVolumes);
    }
}
