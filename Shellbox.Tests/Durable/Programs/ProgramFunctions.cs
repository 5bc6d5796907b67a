using Shellbox.Embedded.DurableTask;
using Shellbox.Embedded.Worker;

namespace Shellbox.Tests.Durable.Programs;

/// <summary>Runs programs on the engine.</summary>
public sealed class ProgramFunctions(ProgramRun run)
{
    [Function("Program")]
    public async Task<string> Program([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var (program, round, before) = context.GetInput<ProgramInput>()!;
        var result = before + await RunAsync(context, program.Body, round, "b");
        if (round + 1 < program.Rounds)
            context.ContinueAsNew(new ProgramInput(program, round + 1, result + "|"));
        return result;
    }

    [Function("Echo")]
    public static string Echo([ActivityTrigger] string text) => text;

    [Function("Fail")]
    public static string Fail([ActivityTrigger] string text) => throw new BoomException(text);

    [Function("Attempt")]
    public string Attempt([ActivityTrigger] AttemptInput input) => run.Now >= input.Until ? "r" : throw new BoomException("too early");

    private async Task<string> RunAsync(TaskOrchestrationContext context, Node node, int round, string path)
    {
        if (!context.IsReplaying)
            run.Passed.AddOrUpdate($"{context.InstanceId} {round} {path}", 1, (_, n) => n + 1);
        var text = node switch
        {
            Node.Call => await context.CallActivityAsync<string>("Echo", path),
            Node.Fail => await context.CallActivityAsync<string>("Fail", path),
            Node.Retry retry => await AttemptAsync(context, retry),
            Node.Timer timer => await TimeAsync(context, timer),
            Node.Race race => await RaceAsync(context, race),
            Node.Wait wait => await WaitAsync(context, wait, OrchestratorProgram.EventName(round, path)),
            Node.Tell => await TellAsync(context, $"t{round}{path}"),
            Node.NewGuid => await GuidAsync(context),
            Node.Status => SetStatus(context, round, path),
            Node.Child child => "{" + await context.CallSubOrchestratorAsync<string>("Program", new ProgramInput(child.Program)) + "}",
            Node.Within within => await WithinAsync(context, within, round, path),
            Node.Try tried => await TryAsync(context, tried, round, path),
            Node.Seq seq => await SeqAsync(context, seq, round, path),
            Node.All all => "[" + string.Join(',', await Task.WhenAll(all.Parts.Select((part, i) => RunAsync(context, part, round, $"{path}.{i}")))) + "]",
            _ => throw new InvalidOperationException(node.ToString()),
        };
        return $"{text}@{ProgramRun.At(context.CurrentUtcDateTime)}";
    }

    private static TimeSpan Span(int halfSeconds) => TimeSpan.FromSeconds(halfSeconds / 2.0);

    private static async Task<string> AttemptAsync(TaskOrchestrationContext context, Node.Retry retry)
    {
        var input = new AttemptInput(ProgramRun.At(context.CurrentUtcDateTime) + retry.FailsFor);
        var options = retry.Handler
            ? TaskOptions.FromRetryHandler(async failed =>
            {
                if (failed.LastAttemptNumber >= retry.Attempts)
                    return false;
                await failed.OrchestrationContext.CreateTimer(Span(retry.First), CancellationToken.None);
                return true;
            })
            : TaskOptions.FromRetryPolicy(new RetryPolicy(retry.Attempts, Span(retry.First), retry.Coefficient));
        return await context.CallActivityAsync<string>("Attempt", input, options);
    }

    private static async Task<string> TimeAsync(TaskOrchestrationContext context, Node.Timer timer)
    {
        await context.CreateTimer(Span(timer.For), CancellationToken.None);
        return "t";
    }

    private static async Task<string> RaceAsync(TaskOrchestrationContext context, Node.Race race)
    {
        using var cancellation = new CancellationTokenSource();
        var timers = race.For.Select(t => context.CreateTimer(Span(t), cancellation.Token)).ToList();
        var first = timers.IndexOf(await Task.WhenAny(timers));
        if (race.CancelOthers)
            cancellation.Cancel();
        return $"w{first}";
    }

    private static async Task<string> WaitAsync(TaskOrchestrationContext context, Node.Wait wait, string name)
    {
        if (wait.Timeout == 0)
            return await context.WaitForExternalEvent<string>(name);
        try
        {
            return await context.WaitForExternalEvent<string>(name, Span(wait.Timeout));
        }
        catch (TaskCanceledException)
        {
            return "expired";
        }
    }

    private static async Task<string> TellAsync(TaskOrchestrationContext context, string name)
    {
        context.SendEvent(context.InstanceId, name, "told");
        return await context.WaitForExternalEvent<string>(name);
    }

    private static async Task<string> GuidAsync(TaskOrchestrationContext context)
    {
        var guid = context.NewGuid().ToString();
        return await context.CallActivityAsync<string>("Echo", guid) == guid ? "g" : "another guid";
    }

    private static string SetStatus(TaskOrchestrationContext context, int round, string path)
    {
        context.SetCustomStatus($"{round}{path}");
        return "s";
    }

    private async Task<string> WithinAsync(TaskOrchestrationContext context, Node.Within within, int round, string path)
    {
        using var cancellation = new CancellationTokenSource();
        var body = RunAsync(context, within.Body, round, path + ".0");
        var limit = context.CreateTimer(Span(within.For), cancellation.Token);
        if (await Task.WhenAny(body, limit) == limit)
            return "late";
        cancellation.Cancel();
        return await body;
    }

    private async Task<string> TryAsync(TaskOrchestrationContext context, Node.Try tried, int round, string path)
    {
        try
        {
            return await RunAsync(context, tried.Body, round, path + ".0");
        }
        catch (TaskFailedException e)
        {
            return "!" + e.TaskName;
        }
    }

    private async Task<string> SeqAsync(TaskOrchestrationContext context, Node.Seq seq, int round, string path)
    {
        var results = new List<string>();
        foreach (var (part, i) in seq.Parts.Select((part, i) => (part, i)))
            results.Add(await RunAsync(context, part, round, $"{path}.{i}"));
        return "(" + string.Join(',', results) + ")";
    }
}
