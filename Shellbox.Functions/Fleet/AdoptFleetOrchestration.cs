using System.Globalization;
using Shellbox.Activities;
using Shellbox.Activities.Azure;
using Shellbox.Activities.Connect;
using Shellbox.Activities.Fleet;
using Shellbox.Activities.Operations;
using Shellbox.Contracts.Fleet;
using Shellbox.Functions.Operations;
using Shellbox.Functions.Release;

namespace Shellbox.Functions.Fleet;

/// <summary>
/// Registers what is tagged as Shellbox's and not in the tables: the old system's fleet, a new pool, or everything after the tables were
/// lost. One activity a resource, so that one's failure is not the next one's; one generation of the orchestration a page, so that its
/// history does not grow with the fleet. Volumes come first: one that is attached brings its instance along.
/// </summary>
public static class AdoptFleetOrchestration
{
    /// <summary>One at a time, whether it adopts or recovers.</summary>
    public const string InstanceId = "adopt-fleet";

    /// <summary>How many are worked on at once: each asks ARM some times, and ARM has limits.</summary>
    private const int Parallel = 10;

    /// <summary>Skipped resources in a report; all are counted.</summary>
    private const int Listed = 200;

    public sealed record Input(bool Recover, ConnectOptions Settings, TimeSpan PollInterval, Carried? Carried = null)
    {
        public static Input Of(ShellboxOptions options, bool recover) => new(recover, options.Connect, options.Azure.OperationPollInterval);
    }

    /// <summary>What one generation leaves to the next.</summary>
    public sealed record Carried(string Role, string? Continuation, IReadOnlyList<FindSharedBoxes.SharedBox> Shared, FleetAdoption Report);

    [Function(nameof(AdoptFleetOrchestration))]
    public static async Task<FleetAdoption> RunAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var input = context.GetInput<Input>()!;
        var carried =
            input.Carried
            ?? new Carried(
                ShellboxTags.VolumeRole,
                null,
                await context.CallActivityAsync<IReadOnlyList<FindSharedBoxes.SharedBox>>(nameof(FindSharedBoxes), null, Retries.Quick),
                new FleetAdoption(0, 0, 0, 0, 0, [])
            );
        var report = carried.Report;
        var progress = new OperationProgress(context);
        progress.Show(
            input.Recover ? StepName.Recover : StepName.Adopt,
            string.Create(
                CultureInfo.InvariantCulture,
                $"{report.Instances} instances, {report.Boxes} boxes registered, {report.SkippedCount} skipped; now the {carried.Role}s"
            ),
            progress.Now
        );

        var page = await context.CallActivityAsync<ListFleet.Output>(
            nameof(ListFleet),
            new ListFleet.Input(carried.Role, carried.Continuation),
            Retries.Quick
        );
        foreach (var chunk in page.ResourceIds.Chunk(Parallel))
        {
            foreach (var (id, adoption) in chunk.Zip(await Task.WhenAll(chunk.Select(AdoptAsync))))
            {
                report = Add(report, id, adoption);
                if (adoption.ToHold is not { } operation)
                    continue;
                ReleaseOrchestration.StartHold(
                    context,
                    operation,
                    "Registered with its guest paused, and nobody came.",
                    input.Settings,
                    input.PollInterval
                );
            }
        }

        var next =
            page.Continuation is not null ? carried with { Continuation = page.Continuation, Report = report }
            : carried.Role == ShellboxTags.VolumeRole
                ? carried with
                {
                    Role = ShellboxTags.InstanceRole,
                    Continuation = null,
                    Report = report,
                }
            : null;
        if (next is not null)
            context.ContinueAsNew(input with { Carried = next });
        return report;

        async Task<Adoption> AdoptAsync(string resourceId)
        {
            try
            {
                if (carried.Role == ShellboxTags.InstanceRole)
                    return await context.CallActivityAsync<Adoption>(nameof(AdoptInstance), resourceId, Retries.Quick);
                var name = resourceId[(resourceId.LastIndexOf('/') + 1)..];
                return carried.Shared.FirstOrDefault(s => s.Volumes.Contains(name)) is { } shared
                    ? new Adoption(
                        $"Its tags name the box {shared.Box}, and so do those of others ({string.Join(", ", shared.Volumes)}): "
                            + $"for an operator to decide."
                    )
                    : await context.CallActivityAsync<Adoption>(
                        nameof(AdoptVolume),
                        new AdoptVolume.Input(resourceId, input.Recover),
                        Retries.Quick
                    );
            }
            catch (TaskFailedException e)
            {
                return new Adoption(e.FailureDetails.ErrorMessage.FirstLine());
            }
        }
    }

    private static FleetAdoption Add(FleetAdoption report, string resourceId, Adoption adoption) =>
        adoption.Reason is { } reason
            ? report with
            {
                SkippedCount = report.SkippedCount + 1,
                Skipped = report.Skipped.Count < Listed ? [.. report.Skipped, new SkippedResource(resourceId, reason)] : report.Skipped,
            }
            : report with
            {
                Instances = report.Instances + (adoption.Instance ? 1 : 0),
                Volumes = report.Volumes + (adoption.Volume ? 1 : 0),
                Boxes = report.Boxes + (adoption.Box ? 1 : 0),
                Running = report.Running + (adoption is { Box: true, Running: true } ? 1 : 0),
            };
}
