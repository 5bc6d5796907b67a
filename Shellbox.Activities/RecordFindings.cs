using Shellbox.Activities.State;

namespace Shellbox.Activities;

/// <summary>Makes an event and a metric of each finding.</summary>
public sealed class RecordFindings(EventLog events, ShellboxMetrics metrics)
{
    [Function(nameof(RecordFindings))]
    public async Task RunAsync([ActivityTrigger] IReadOnlyList<Finding> findings, CancellationToken cancellationToken)
    {
        foreach (var finding in findings)
        {
            metrics.Found(finding.Kind, finding.Action);
            await events.WriteAsync(
                null, $"finding-{finding.Kind}", $"{finding.ResourceId}: {finding.Detail} ({finding.Action})", cancellationToken: cancellationToken);
        }
    }
}
