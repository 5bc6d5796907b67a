using Azure.ResourceManager.Compute;
using Shellbox.Activities.Azure;
using Shellbox.Activities.State;

namespace Shellbox.Activities.Fleet;

/// <summary>
/// One page of the group's resources that their tags call Shellbox's and that the tables do not know. It asks the resource providers, whose
/// lists are current, and not Resource Graph.
/// </summary>
public sealed class ListFleet(ProviderReads reads, InstanceStore instances, VolumeStore volumes, BoxStore boxes)
{
    /// <param name="Role"><see cref="ShellboxTags.InstanceRole"/> or <see cref="ShellboxTags.VolumeRole"/>.</param>
    /// <param name="Continuation">What asks for this page; null for the first.</param>
    public sealed record Input(string Role, string? Continuation);

    /// <param name="ResourceIds">The unknown ones, by ARM id.</param>
    /// <param name="Continuation">What asks for the next page; null on the last.</param>
    public sealed record Output(IReadOnlyList<string> ResourceIds, string? Continuation);

    [Function(nameof(ListFleet))]
    public async Task<Output> RunAsync([ActivityTrigger] Input input, CancellationToken cancellationToken)
    {
        var unknown = new List<string>();
        if (input.Role == ShellboxTags.InstanceRole)
        {
            var page = await reads.ListVirtualMachinesAsync(input.Continuation, cancellationToken);
            foreach (var vm in page.Values.Where(v => ShellboxTags.Find(v.Tags, ShellboxTags.Role) == ShellboxTags.InstanceRole))
            {
                if (await instances.FindAsync(vm.Name, cancellationToken) is null)
                    unknown.Add(vm.Id.ToString());
            }

            return new Output(unknown, page.Continuation);
        }

        var disks = await reads.ListDisksAsync(input.Continuation, cancellationToken);
        foreach (var disk in disks.Values.Where(d => ShellboxTags.Find(d.Tags, ShellboxTags.Role) == ShellboxTags.VolumeRole))
        {
            if (!await IsKnownAsync(disk, cancellationToken))
                unknown.Add(disk.Id.ToString());
        }

        return new Output(unknown, disks.Continuation);
    }

    private async Task<bool> IsKnownAsync(ManagedDiskData disk, CancellationToken cancellationToken) =>
        await volumes.FindAsync(disk.Name, cancellationToken) is { } row
        && (row.Owner is not { } owner || await boxes.FindAsync(owner, cancellationToken) is not null);
}
