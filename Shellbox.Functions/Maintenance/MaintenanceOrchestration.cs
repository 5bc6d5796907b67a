using Shellbox.Activities.Maintenance;
using Shellbox.Functions.Operations;

namespace Shellbox.Functions.Maintenance;

/// <summary>Deletes the histories and the entries of the audit log that are older than they are kept.</summary>
public static class MaintenanceOrchestration
{
    /// <summary>One at a time, under one id.</summary>
    public const string InstanceId = "maintenance";

    /// <summary>What is still there then waits for the next run: a run's own history is not to grow without end.</summary>
    private const int MaxRounds = 200;

    public sealed record Report(int Histories, int Events);

    [Function(nameof(MaintenanceOrchestration))]
    public static async Task<Report> RunAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var options = context.GetInput<MaintenanceOptions>()!;
        var progress = new OperationProgress(context);
        var started = progress.Now;
        var histories = await progress.RunAsync(
            StepName.PurgeHistories,
            "deleting old histories",
            () => context.CallActivityAsync<int>(nameof(PurgeHistories), options, Retries.Quick)
        );
        var events = await progress.RunAsync(StepName.PurgeEvents, "deleting old entries of the audit log", PurgeEventsAsync);
        await context.CallActivityAsync(
            nameof(RecordMaintenance),
            new RecordMaintenance.Input(histories, events, progress.Since(started)),
            Retries.Quick
        );
        return new Report(histories, events);

        async Task<int> PurgeEventsAsync()
        {
            var purged = 0;
            for (var round = 0; round < MaxRounds; round++)
            {
                var some = await context.CallActivityAsync<int>(nameof(PurgeEvents), options, Retries.Quick);
                purged += some;
                if (some < PurgeEvents.Most)
                    break;
            }

            return purged;
        }
    }
}
