using Azure;
using Microsoft.Extensions.Logging;
using Shellbox.Activities.Azure;
using Shellbox.Activities.Configuration;
using Shellbox.Activities.State;

namespace Shellbox.Activities;

/// <summary>
/// The tables against the provider: claims that no box knows of are freed, operations that are over but still hold a box are listed for a release.
/// What changed recently is left alone, and the provider is asked before anything is changed.
/// </summary>
public sealed partial class ReconcileRows(
    ComputeInstances compute, BoxStore boxes, InstanceStore instances, TimeProvider time, ILogger<ReconcileRows> logger)
{
    /// <summary>An operation that is over while its box still waits for it.</summary>
    public sealed record Stuck(BoxKey Key, string OperationId, long Epoch);

    /// <summary>What it gives.</summary>
    public sealed record Output(IReadOnlyList<Finding> Findings, IReadOnlyList<Stuck> ToRelease);

    [Function(nameof(ReconcileRows))]
    public async Task<Output> RunAsync(
        [ActivityTrigger] ReconcileOptions options, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken)
    {
        var settledBefore = time.GetUtcNow() - options.AgeGuard;
        var findings = new List<Finding>();
        var stuck = new List<Stuck>();
        await foreach (var box in boxes.ListAllAsync(cancellationToken))
        {
            // What is being given or deleted is the sweep's.
            if (box.Timestamp > settledBefore || box.State is BoxState.Stopped or BoxState.Running or BoxState.Given or BoxState.Deleting) continue;
            var over = box.State is BoxState.Attached
                || await client.IsOverAsync(box.OperationId!, TimeSpan.Zero, time, cancellationToken);
            if (!over) continue;
            findings.Add(box.State is BoxState.Attached
                ? new Finding("attached-not-running", box.Key.ToString(), "An earlier release could not detach the volume; it is tried again.", "repaired")
                : new Finding("stuck-operation", box.Key.ToString(), $"Operation {box.OperationId} is over, but the box is {box.State}; it is released.", "repaired"));
            stuck.Add(new Stuck(box.Key, box.OperationId!, box.Epoch));
        }

        await foreach (var instance in instances.ListAllAsync(cancellationToken))
        {
            if (instance.Timestamp > settledBefore) continue;
            try
            {
                if (await CheckAsync(instance, cancellationToken) is { } finding) findings.Add(finding);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                LogFailed(instance.Id, e);
                findings.Add(new Finding("failed", instance.Id, e.Message, "skipped"));
            }
        }

        return new Output(findings, stuck);
    }

    private async Task<Finding?> CheckAsync(InstanceRow instance, CancellationToken cancellationToken)
    {
        if (instance is not { State: InstanceState.Claimed, ClaimedBy: { } key }) return null;
        var box = await boxes.FindAsync(key, cancellationToken);
        if (box?.InstanceId == instance.Id) return null;

        IReadOnlyList<string> disks;
        try
        {
            disks = await compute.GetDataDisksAsync(instance.ResourceId, cancellationToken);
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            return new Finding("row-without-resource", instance.ResourceId, $"Instance {instance.Id} is registered, but there is no such VM.", "reported");
        }

        if (disks.Count > 0)
        {
            return new Finding(
                "leaked-claim", instance.ResourceId,
                $"No box knows of the claim by {key}, but the disk {string.Join(", ", disks)} is attached: for an operator to decide.", "reported");
        }

        var freed = await instances.TryFreeAsync(instance.Id, key, instance.Epoch, cancellationToken);
        return new Finding(
            "leaked-claim", instance.ResourceId, $"The claim by {key} is known to no box; the instance has no disk.", freed ? "repaired" : "skipped");
    }

    [LoggerMessage(402, LogLevel.Warning, "Reconciling instance {InstanceId} failed; the others go on")]
    private partial void LogFailed(string instanceId, Exception exception);
}
