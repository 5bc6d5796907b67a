using DurableTask.Core;

namespace Shellbox.Tests.Durable.Crash;

/// <summary>A child with one activity.</summary>
internal sealed class Leg : TaskOrchestration<int, string>
{
    public override Task<int> RunTask(OrchestrationContext context, string input) => context.ScheduleTask<int>(typeof(Step), input);
}
