using System.Globalization;
using DurableTask.Core;

namespace Shellbox.Tests.Durable.Crash;

/// <summary>Generations of three activities, a child and a timer, each continuing as the next; the output counts what was done.</summary>
internal sealed class Journey : TaskOrchestration<int, int>
{
    public const int Generations = 3;

    /// <summary>The activities of a generation: two of its own and one of its child.</summary>
    public const int Steps = 3;

    public override async Task<int> RunTask(OrchestrationContext context, int input)
    {
        var (id, generation) = (context.OrchestrationInstance.InstanceId, input / Steps);
        var done = input;
        done += await context.ScheduleTask<int>(typeof(Step), Line(id, generation, 0));
        await context.CreateTimer(context.CurrentUtcDateTime.AddMilliseconds(10), true);
        done += await context.CreateSubOrchestrationInstance<int>(
            typeof(Leg),
            string.Create(CultureInfo.InvariantCulture, $"{id}-leg{generation}"),
            Line(id, generation, 1)
        );
        done += await context.ScheduleTask<int>(typeof(Step), Line(id, generation, 2));
        if (generation + 1 < Generations)
            context.ContinueAsNew(done);
        return done;
    }

    private static string Line(string id, int generation, int step) =>
        string.Create(CultureInfo.InvariantCulture, $"{id} {(generation * Steps) + step}");
}
