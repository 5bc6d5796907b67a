using Shellbox.Activities.Azure;
using Shellbox.Contracts.Reconciliation;

namespace Shellbox.Activities.Reconciliation;

/// <summary>
/// Tags that Resource Graph shows otherwise than the tables have it: asked of the provider, and then left to the tag mirror.
/// </summary>
/// <param name="reads">The provider.</param>
/// <param name="findings">Where it is recorded.</param>
internal sealed class TagCheck(ProviderReads reads, PageFindings findings)
{
    /// <param name="resourceId">The resource.</param>
    /// <param name="wanted">What its tags have to say.</param>
    /// <param name="enqueue">Asks the mirror.</param>
    /// <param name="concerning">The box and the instance concerned, if any.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task RunAsync(
        string resourceId,
        Dictionary<string, string> wanted,
        Func<Task> enqueue,
        (BoxKey? Box, string? InstanceId) concerning,
        CancellationToken cancellationToken
    )
    {
        if (!findings.TryTakeCheck())
            return;
        var actual = await reads.FindTagsAsync(resourceId, cancellationToken);
        var (set, remove) = actual is null ? ([], []) : ShellboxTags.Difference(actual, wanted);
        if (set.Count + remove.Count == 0)
        {
            findings.Skip(SkipReason.ProviderDisagrees);
            return;
        }

        var missing = set.Keys.Where(name => !actual!.Keys.Contains(name, StringComparer.OrdinalIgnoreCase)).Order().ToList();
        var stale = set.Keys.Except(missing).Concat(remove).Order().ToList();
        string[] parts =
        [
            .. missing.Count > 0 ? [$"missing: {string.Join(", ", missing)}"] : Array.Empty<string>(),
            .. stale.Count > 0 ? [$"not as in the tables: {string.Join(", ", stale)}"] : Array.Empty<string>(),
        ];
        await findings.RepairAsync(
            missing.Count > 0 ? FindingKind.MissingTag : FindingKind.StaleTag,
            resourceId,
            $"Tags {string.Join("; ", parts)}.",
            async () =>
            {
                await enqueue();
                return true;
            },
            concerning
        );
    }
}
