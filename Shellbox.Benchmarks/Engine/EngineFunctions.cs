namespace Shellbox.Benchmarks.Engine;

/// <summary>What the engine is given to do: next to nothing, so that what is measured is the engine.</summary>
internal static class EngineFunctions
{
    /// <summary>Raised by <see cref="EngineBenchmark"/> to the orchestration whose turns are measured.</summary>
    public const string Ping = "ping";

    private static TaskCompletionSource _pong = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends when the next ping has been answered.</summary>
    public static Task NextPong()
    {
        _pong = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return _pong.Task;
    }

    [Function(nameof(Trivial))]
    public static Task<string> Trivial([OrchestrationTrigger] TaskOrchestrationContext context) => Task.FromResult("done");

    [Function(nameof(ThreeActivities))]
    public static async Task<int> ThreeActivities([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var number = 0;
        for (var i = 0; i < 3; i++) number = await context.CallActivityAsync<int>(nameof(AddOne), number);
        return number;
    }

    [Function(nameof(FanOut))]
    public static async Task<int> FanOut([OrchestrationTrigger] TaskOrchestrationContext context) =>
        (await Task.WhenAll(Enumerable.Range(0, context.GetInput<int>()).Select(i => context.CallActivityAsync<int>(nameof(AddOne), i)))).Length;

    /// <summary>Answers pings with an activity: three events of history each.</summary>
    [Function(nameof(PingPong))]
    public static async Task PingPong([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        while (await context.WaitForExternalEvent<bool>(Ping)) await context.CallActivityAsync(nameof(Pong));
    }

    [Function(nameof(Wait))]
    public static Task Wait([OrchestrationTrigger] TaskOrchestrationContext context) => context.WaitForExternalEvent<string>("never");

    [Function(nameof(AddOne))]
    public static int AddOne([ActivityTrigger] int number) => number + 1;

    [Function(nameof(Pong))]
    public static void Pong([ActivityTrigger] string? input) => _pong.TrySetResult();
}
