using System.Text.Json.Serialization;
using Shellbox.Activities;
using Shellbox.Activities.Configuration;

namespace Shellbox.Functions.Orchestrations;

/// <summary>
/// Brings tables, tags and resources back to agreement, page by page. It runs beside everything else: no connect waits for it, and what
/// changed recently is left alone.
/// </summary>
public static class ReconcileOrchestration
{
    /// <summary>One at a time, under one id.</summary>
    public const string InstanceId = "reconcile";

    // Resource Graph allows 15 queries in 5 s for all that the identity does; a page every half second leaves room for others.
    private static readonly TimeSpan BetweenPages = TimeSpan.FromMilliseconds(500);

    public sealed record Input(ReconcileOptions Options, ConnectOptions Settings, TimeSpan PollInterval)
    {
        public static Input Of(ShellboxOptions options) => new(options.Reconcile, options.Connect, options.Azure.OperationPollInterval);
    }

    public sealed record Report(
        [property: JsonPropertyName("startedAt")] DateTimeOffset StartedAt,
        [property: JsonPropertyName("finishedAt")] DateTimeOffset FinishedAt,
        [property: JsonPropertyName("resources")] int Resources,
        [property: JsonPropertyName("pages")] int Pages,
        [property: JsonPropertyName("findings")] IReadOnlyList<Finding> Findings);

    [Function(nameof(ReconcileOrchestration))]
    public static async Task<Report> RunAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var input = context.GetInput<Input>()!;
        var progress = new OperationProgress(context);
        var started = progress.Now;
        var findings = new List<Finding>();
        var (resources, pages) = (0, 0);

        string? skipToken = null;
        do
        {
            if (pages > 0) await context.CreateTimer(BetweenPages, CancellationToken.None);
            var page = await context.CallActivityAsync<ReconcileResources.Output>(
                nameof(ReconcileResources), new ReconcileResources.Input(skipToken, input.Options), Retries.Quick);
            findings.AddRange(page.Findings);
            resources += page.Resources;
            pages++;
            skipToken = page.SkipToken;
            progress.Show("compare-resources", $"{resources} resources compared, {findings.Count} findings", started);
        }
        while (skipToken is not null);

        progress.Show("compare-rows", "comparing the tables with the provider", progress.Now);
        var rows = await context.CallActivityAsync<ReconcileRows.Output>(nameof(ReconcileRows), input.Options, Retries.Quick);
        findings.AddRange(rows.Findings);

        foreach (var stuck in rows.ToRelease)
        {
            // Not awaited: a detach takes up to minutes, and the report does not need its end.
            var release = $"{stuck.OperationId}-reconciled-{stuck.Epoch}";
            _ = context.CallSubOrchestratorAsync<ReleaseResult>(
                nameof(ReleaseOrchestration),
                new ReleaseInput(
                    stuck.Key.UserId, stuck.Key.BoxName, stuck.OperationId, stuck.Epoch, release,
                    $"Reconciled: operation {stuck.OperationId} was over.", null, TimeSpan.Zero, Save: false, input.Settings, input.PollInterval),
                new SubOrchestrationOptions(instanceId: release));
        }

        if (findings.Count > 0) await context.CallActivityAsync(nameof(RecordFindings), findings, Retries.Quick);
        return new Report(started, progress.Now, resources, pages, findings);
    }
}
