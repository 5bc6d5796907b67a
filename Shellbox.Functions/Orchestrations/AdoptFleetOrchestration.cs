using System.Text.Json.Serialization;
using Shellbox.Activities;

namespace Shellbox.Functions.Orchestrations;

/// <summary>Registers what is tagged as Shellbox's and not in the tables: one activity a resource, so that one's failure is not the next one's.</summary>
public static class AdoptFleetOrchestration
{
    /// <summary>How many are worked on at once: each asks ARM some times, and ARM has limits.</summary>
    private const int Parallel = 10;

    public sealed record Skipped(
        [property: JsonPropertyName("resourceId")] string ResourceId, [property: JsonPropertyName("reason")] string Reason);

    public sealed record Report(
        [property: JsonPropertyName("instances")] int Instances,
        [property: JsonPropertyName("volumes")] int Volumes,
        [property: JsonPropertyName("skipped")] IReadOnlyList<Skipped> Skipped);

    [Function(nameof(AdoptFleetOrchestration))]
    public static async Task<Report> RunAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var fleet = await context.CallActivityAsync<UnknownFleet>(nameof(ListFleet), null, Retries.Quick);
        var skipped = new List<Skipped>();
        var instances = await AdoptAsync(nameof(AdoptInstance), fleet.Instances);
        var volumes = await AdoptAsync(nameof(AdoptVolume), fleet.Volumes);
        return new Report(instances, volumes, skipped);

        async Task<int> AdoptAsync(string activity, IReadOnlyList<string> resourceIds)
        {
            var adopted = 0;
            foreach (var chunk in resourceIds.Chunk(Parallel))
            {
                var reasons = await Task.WhenAll(chunk.Select(id => AdoptOneAsync(activity, id)));
                adopted += reasons.Count(r => r is null);
                skipped.AddRange(chunk.Zip(reasons).Where(p => p.Second is not null).Select(p => new Skipped(p.First, p.Second!)));
            }

            return adopted;
        }

        async Task<string?> AdoptOneAsync(string activity, string resourceId)
        {
            try
            {
                return await context.CallActivityAsync<string?>(activity, resourceId, Retries.Quick);
            }
            catch (TaskFailedException e)
            {
                return e.FailureDetails.ErrorMessage;
            }
        }
    }
}
