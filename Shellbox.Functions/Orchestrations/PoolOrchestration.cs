using System.Text.Json.Serialization;
using Shellbox.Activities;
using Shellbox.Activities.Configuration;
using Shellbox.Activities.Pool;

namespace Shellbox.Functions.Orchestrations;

/// <summary>
/// One look at the pool: what there is, what there should be, and an orchestration for each thing to create or remove. It waits for none of them, so the next look is never
/// held up by a VM that takes long; what is on its way is seen by its row.
/// </summary>
public static class PoolOrchestration
{
    /// <summary>One at a time, under one id.</summary>
    public const string InstanceId = "pool";

    public sealed record Input(TimeSpan CreateDeadline, TimeSpan PollInterval)
    {
        public static Input Of(ShellboxOptions options) => new(options.Pool.CreateDeadline, options.Azure.OperationPollInterval);
    }

    public sealed record Report(
        [property: JsonPropertyName("creating")] IReadOnlyList<string> Creating,
        [property: JsonPropertyName("removing")] IReadOnlyList<string> Removing,
        [property: JsonPropertyName("detail")] string Detail);

    [Function(nameof(PoolOrchestration))]
    public static async Task<Report> RunAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var input = context.GetInput<Input>()!;
        var plan = await context.CallActivityAsync<PoolPlan>(nameof(PlanPool), null, Retries.Quick);
        IReadOnlyList<string> reserved = [];
        if (plan.CreateInstances > 0)
        {
            var ids = Enumerable.Range(0, plan.CreateInstances).Select(_ => CreateInstanceOrchestration.NewInstanceId(context)).ToArray();
            reserved = await context.CallActivityAsync<IReadOnlyList<string>>(nameof(ReserveInstances), ids, Retries.Quick);
            foreach (var id in reserved) CreateInstanceOrchestration.Start(context, new(id, input.CreateDeadline, input.PollInterval));
        }

        foreach (var removal in plan.RemoveInstances)
        {
            _ = context.CallSubOrchestratorAsync<PoolOperationResult>(
                nameof(RemoveInstanceOrchestration),
                new RemoveInstanceOrchestration.Input(
                    removal.InstanceId, removal.ExpectedOperationId, removal.Reason, input.CreateDeadline, input.PollInterval),
                new SubOrchestrationOptions(instanceId: $"remove-{removal.InstanceId}-{context.NewGuid():n}"));
        }

        return new Report(reserved, [.. plan.RemoveInstances.Select(r => r.InstanceId)], plan.Detail);
    }
}
