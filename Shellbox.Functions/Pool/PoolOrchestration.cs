using Shellbox.Activities;
using Shellbox.Activities.Connect;
using Shellbox.Activities.Operations;
using Shellbox.Activities.Pool;
using Shellbox.Contracts.Pool;
using Shellbox.Functions.Connect;
using Shellbox.Functions.Operations;

namespace Shellbox.Functions.Pool;

/// <summary>
/// One look at the pool: what there is, what there should be, and an orchestration for each thing to create or remove. It does not wait for
/// instances and boxes, so the next look is not held up by a VM that takes long; what is on its way is seen by its row. For the volumes,
/// which take seconds and have no row before they are there, it waits.
/// </summary>
public static class PoolOrchestration
{
    /// <summary>One at a time, under one id.</summary>
    public const string InstanceId = "pool";

    /// <summary>How long a disk may take: 1.5 to 3.5 s as a rule (facts: azuredisk-csi-driver#473).</summary>
    private static readonly TimeSpan VolumeDeadline = TimeSpan.FromMinutes(3);

    /// <param name="CreateDeadline">How long an instance may take.</param>
    /// <param name="PollInterval">How often ARM is asked, unless it says how long to wait.</param>
    /// <param name="BlankSettings">The deadlines of a blank box's connect; its hold is how long it stands ready.</param>
    public sealed record Input(TimeSpan CreateDeadline, TimeSpan PollInterval, ConnectOptions BlankSettings)
    {
        public static Input Of(ShellboxOptions options) =>
            new(options.Pool.CreateDeadline, options.Azure.OperationPollInterval, options.Connect with { Hold = options.Pool.BlankTtl });
    }

    /// <summary>Lets the pool look at itself, unless it does so already.</summary>
    internal static Task StartAsync(DurableTaskClient client, ShellboxOptions options, CancellationToken cancellationToken) =>
        client.StartSingletonAsync(nameof(PoolOrchestration), InstanceId, Input.Of(options), cancellationToken);

    [Function(nameof(PoolOrchestration))]
    public static async Task<PoolRunReport> RunAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var input = context.GetInput<Input>()!;
        var plan = await context.CallActivityAsync<PoolPlan>(nameof(PlanPool), null, Retries.Quick);
        IReadOnlyList<string> reserved = [];
        if (plan.CreateInstances > 0)
        {
            var ids = Enumerable.Range(0, plan.CreateInstances).Select(_ => CreateInstanceOrchestration.NewInstanceId(context)).ToArray();
            reserved = await context.CallActivityAsync<IReadOnlyList<string>>(nameof(ReserveInstances), ids, Retries.Quick);
            foreach (var id in reserved)
                CreateInstanceOrchestration.Start(context, new(id, input.CreateDeadline, input.PollInterval));
        }

        foreach (var removal in plan.RemoveInstances)
        {
            context.StartDetached(
                nameof(RemoveInstanceOrchestration),
                new RemoveInstanceOrchestration.Input(
                    removal.InstanceId,
                    removal.ExpectedOperationId,
                    removal.Reason,
                    input.CreateDeadline,
                    input.PollInterval
                ),
                $"remove-{removal.InstanceId}-{context.NewGuid():n}"
            );
        }

        foreach (var name in plan.RetireBlankBoxes)
        {
            await context.CallActivityAsync(
                nameof(RetireBlankBox),
                new RetireBlankBox.Input(name, $"retire-{context.NewGuid():n}"),
                Retries.Quick
            );
        }

        var blankBoxes = await StartBlankBoxesAsync(context, input, plan);
        var volumes = await Task.WhenAll(ChangeVolumes(context, input, plan));
        return new PoolRunReport(reserved, [.. plan.RemoveInstances.Select(r => r.InstanceId)], volumes, blankBoxes, plan.Detail);
    }

    /// <summary>Connects blank boxes without a session: each takes a free instance, and then stands paused in its hold.</summary>
    private static async Task<IReadOnlyList<string>> StartBlankBoxesAsync(TaskOrchestrationContext context, Input input, PoolPlan plan)
    {
        var starting = plan.RenewBlankBoxes.Select(name => (Name: name, VolumeId: (string?)null)).ToList();
        if (plan.NewBlankBoxes > 0)
        {
            var chosen = await context.CallActivityAsync<IReadOnlyList<string>>(
                nameof(ChooseBlankVolumes),
                plan.NewBlankBoxes,
                Retries.Quick
            );
            starting.AddRange(chosen.Select(volumeId => ($"blank-{context.NewGuid():n}"[..16], (string?)volumeId)));
        }

        var started = new List<string>();
        foreach (var (name, volumeId) in starting)
        {
            var operationId = $"connect-{context.NewGuid():n}";
            var operation = await context.CallActivityAsync<BoxOperation?>(
                nameof(PrepareBlankBox),
                new PrepareBlankBox.Input(name, volumeId, operationId),
                Retries.Quick
            );
            if (operation is null)
                continue;
            started.Add(name);
            context.StartDetached(
                nameof(ConnectOrchestration),
                new ConnectInput(
                    operation,
                    Queued: false,
                    new DateTimeOffset(context.CurrentUtcDateTime, TimeSpan.Zero),
                    input.BlankSettings,
                    input.PollInterval
                ),
                operationId
            );
        }

        return started;
    }

    private static List<Task<PoolOperationResult>> ChangeVolumes(TaskOrchestrationContext context, Input input, PoolPlan plan)
    {
        var tasks = new List<Task<PoolOperationResult>>();
        for (var i = 0; i < plan.CreateVolumes; i++)
        {
            var id = $"vol-{context.NewGuid():n}"[..14];
            tasks.Add(
                context.CallSubOrchestratorAsync<PoolOperationResult>(
                    nameof(CreateVolumeOrchestration),
                    new CreateVolumeOrchestration.Input(id, VolumeDeadline, input.PollInterval),
                    new SubOrchestrationOptions(instanceId: $"create-{id}")
                )
            );
        }

        foreach (var id in plan.RemoveVolumes)
        {
            tasks.Add(
                context.CallSubOrchestratorAsync<PoolOperationResult>(
                    nameof(RemoveVolumeOrchestration),
                    new RemoveVolumeOrchestration.Input(id, VolumeDeadline, input.PollInterval),
                    new SubOrchestrationOptions(instanceId: $"remove-{id}-{context.NewGuid():n}")
                )
            );
        }

        return tasks;
    }
}
