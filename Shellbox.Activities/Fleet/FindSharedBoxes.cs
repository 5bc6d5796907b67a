using Shellbox.Activities.Azure;

namespace Shellbox.Activities.Fleet;

/// <summary>
/// The boxes that more than one disk's tags name: which is the right one, the tags cannot say. It reads all disks and gives back the few
/// that matter.
/// </summary>
public sealed class FindSharedBoxes(ProviderReads reads)
{
    /// <summary>More than a person looks through.</summary>
    private const int Most = 500;

    /// <param name="Box">The box, as <see cref="BoxKey.ToString"/> has it.</param>
    /// <param name="Volumes">The disks that name it.</param>
    public sealed record SharedBox(string Box, IReadOnlyList<string> Volumes);

    [Function(nameof(FindSharedBoxes))]
    public async Task<IReadOnlyList<SharedBox>> RunAsync([ActivityTrigger] string? reason, CancellationToken cancellationToken)
    {
        var first = new Dictionary<string, string>();
        var shared = new Dictionary<string, List<string>>();
        string? continuation = null;
        do
        {
            var page = await reads.ListDisksAsync(continuation, cancellationToken);
            foreach (var disk in page.Values)
            {
                if (ShellboxTags.Find(disk.Tags, ShellboxTags.Role) != ShellboxTags.VolumeRole)
                    continue;
                var box = $"{ShellboxTags.Find(disk.Tags, ShellboxTags.UserId)}-{ShellboxTags.Find(disk.Tags, ShellboxTags.BoxName)}";
                if (first.TryAdd(box, disk.Name))
                    continue;
                if (!shared.TryGetValue(box, out var volumes))
                    shared[box] = volumes = [first[box]];
                volumes.Add(disk.Name);
            }

            continuation = page.Continuation;
        } while (continuation is not null);
        return [.. shared.Take(Most).Select(s => new SharedBox(s.Key, s.Value))];
    }
}
