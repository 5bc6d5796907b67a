using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace Shellbox.Benchmarks.App;

public static class Orchestrations
{
    [Function(nameof(One))]
    public static Task<int> One([OrchestrationTrigger] TaskOrchestrationContext context) =>
        context.CallActivityAsync<int>(nameof(AddOne), 0);

    [Function(nameof(Four))]
    public static async Task<int> Four([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var number = 0;
        for (var i = 0; i < 4; i++)
            number = await context.CallActivityAsync<int>(nameof(AddOne), number);
        return number;
    }

    [Function(nameof(Twenty))]
    public static Task<int> Twenty([OrchestrationTrigger] TaskOrchestrationContext context) => AtOnceAsync(context, 20);

    [Function(nameof(Thousand))]
    public static Task<int> Thousand([OrchestrationTrigger] TaskOrchestrationContext context) => AtOnceAsync(context, 1000);

    [Function(nameof(AddOne))]
    public static int AddOne([ActivityTrigger] int number) => number + 1;

    private static async Task<int> AtOnceAsync(TaskOrchestrationContext context, int count) =>
        (await Task.WhenAll(Enumerable.Range(0, count).Select(i => context.CallActivityAsync<int>(nameof(AddOne), i)))).Length;
}
