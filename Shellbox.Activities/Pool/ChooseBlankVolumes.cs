using Shellbox.Activities.State;

namespace Shellbox.Activities.Pool;

/// <summary>
/// Chooses volumes for new blank boxes. It takes none: the choice is in the orchestration's history before anything is written, so a second
/// run of what follows goes on with it.
/// </summary>
public sealed class ChooseBlankVolumes(VolumeStore volumes)
{
    [Function(nameof(ChooseBlankVolumes))]
    public async Task<IReadOnlyList<string>> RunAsync([ActivityTrigger] int count, CancellationToken cancellationToken) =>
        await volumes.ListAsync(VolumeState.Blank, cancellationToken).Select(v => v.Id).Take(count).ToListAsync(cancellationToken);
}
