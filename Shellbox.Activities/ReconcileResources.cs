using Microsoft.Extensions.Logging;
using Shellbox.Activities.Azure;
using Shellbox.Activities.Configuration;
using Shellbox.Activities.State;

namespace Shellbox.Activities;

/// <summary>
/// One page of Resource Graph against the tables: stale tags are sent to the tag mirror, which asks the provider before it writes; resources that
/// no row knows are reported.
/// </summary>
public sealed partial class ReconcileResources(
    ResourceGraph graph, BoxStore boxes, InstanceStore instances, VolumeStore volumes, TagMirror mirror, TimeProvider time, ILogger<ReconcileResources> logger)
{
    /// <summary>What it is given.</summary>
    public sealed record Input(string? SkipToken, ReconcileOptions Options);

    /// <summary>What it gives.</summary>
    public sealed record Output(string? SkipToken, int Resources, IReadOnlyList<Finding> Findings);

    [Function(nameof(ReconcileResources))]
    public async Task<Output> RunAsync([ActivityTrigger] Input input, CancellationToken cancellationToken)
    {
        var page = await graph.QueryTaggedAsync(input.Options.PageSize, input.SkipToken, cancellationToken);
        var settledBefore = time.GetUtcNow() - input.Options.AgeGuard;
        var findings = new List<Finding>();
        foreach (var resource in page.Rows)
        {
            try
            {
                var finding = resource.IsInstance
                    ? await CompareInstanceAsync(resource, settledBefore, cancellationToken)
                    : await CompareVolumeAsync(resource, settledBefore, cancellationToken);
                if (finding is not null) findings.Add(finding);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                // One resource's fault is not the next one's.
                LogFailed(resource.Id, e);
                findings.Add(new Finding("failed", resource.Id, e.Message, "skipped"));
            }
        }

        return new Output(page.SkipToken, page.Rows.Count, findings);
    }

    private async Task<Finding?> CompareInstanceAsync(ResourceGraphRow resource, DateTimeOffset settledBefore, CancellationToken cancellationToken)
    {
        if (await instances.FindAsync(resource.Name, cancellationToken) is not { } row)
        {
            return new Finding("unknown-instance", resource.Id, "The VM is tagged as an instance, but no row knows it; adopt the fleet to register it.", "reported");
        }

        if (row.Timestamp > settledBefore || Stale(resource, ShellboxTags.Of(row)) is not { } detail) return null;
        await mirror.EnqueueInstanceAsync(row.Id, cancellationToken);
        return new Finding("stale-tag", resource.Id, detail, "repaired");
    }

    private async Task<Finding?> CompareVolumeAsync(ResourceGraphRow resource, DateTimeOffset settledBefore, CancellationToken cancellationToken)
    {
        if (await volumes.FindAsync(resource.Name, cancellationToken) is not { } row)
        {
            return new Finding("unknown-volume", resource.Id, "The disk is tagged as a volume, but no row knows it; adopt the fleet to register it.", "reported");
        }

        var box = row.Owner is { } owner ? await boxes.FindAsync(owner, cancellationToken) : null;
        if (row.Timestamp > settledBefore || box?.Timestamp > settledBefore) return null;
        if (Stale(resource, ShellboxTags.Of(row, box)) is not { } detail) return null;
        await mirror.EnqueueVolumeAsync(row.Id, cancellationToken);
        return new Finding("stale-tag", resource.Id, detail, "repaired");
    }

    private static string? Stale(ResourceGraphRow resource, Dictionary<string, string> wanted)
    {
        var (set, remove) = ShellboxTags.Difference(resource.Tags, wanted);
        return set.Count + remove.Count == 0 ? null : $"Tags that differ from the tables: {string.Join(", ", set.Keys.Concat(remove).Order())}.";
    }

    [LoggerMessage(401, LogLevel.Warning, "Reconciling {ResourceId} failed; the others go on")]
    private partial void LogFailed(string resourceId, Exception exception);
}
