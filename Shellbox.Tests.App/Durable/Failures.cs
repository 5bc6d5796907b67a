using System.Globalization;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace Shellbox.Tests.App.Durable;

public static class Failures
{
    [Function(nameof(ThrowsNested))]
    public static string ThrowsNested([ActivityTrigger] string? input) =>
        throw new NestedException("nested", new TimeoutException("cause"));

    [Function(nameof(ThrowsAggregate))]
    public static string ThrowsAggregate([ActivityTrigger] string? input) =>
        throw new AggregateException(new ArithmeticException("one"), new TimeoutException("two"));

    [Function(nameof(ThrowsWithCause))]
    public static async Task ThrowsWithCause([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        await context.CallActivityAsync(nameof(Basics.Hello), "x");
        throw new BoomException("outer", new TimeoutException("inner"));
    }

    [Function(nameof(LetsFailureOut))]
    public static Task LetsFailureOut([OrchestrationTrigger] TaskOrchestrationContext context) =>
        context.CallActivityAsync(nameof(Basics.Boom), "activity broke");

    /// <summary>The failure of the activity of that name and those inside it.</summary>
    [Function(nameof(DescribesFailureOf))]
    public static async Task<string> DescribesFailureOf([OrchestrationTrigger] TaskOrchestrationContext context) =>
        Chain(await FailureOfAsync(context.CallActivityAsync(context.GetInput<string>()!, "x")));

    [Function(nameof(DescribesFailureOfGrandchild))]
    public static async Task<string> DescribesFailureOfGrandchild([OrchestrationTrigger] TaskOrchestrationContext context) =>
        Chain(await FailureOfAsync(context.CallSubOrchestratorAsync(nameof(CallsFailingChild))));

    [Function(nameof(CallsFailingChild))]
    public static Task CallsFailingChild([OrchestrationTrigger] TaskOrchestrationContext context) =>
        context.CallSubOrchestratorAsync(nameof(LetsFailureOut));

    [Function(nameof(DescribesDetails))]
    public static async Task<string> DescribesDetails([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var e = await FailureOfAsync(context.CallActivityAsync(nameof(Basics.Boom), "broke"));
        var details = e.FailureDetails;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{e.TaskName}|{e.TaskId}|{details.ErrorType}|{details.ErrorMessage}|{e.Message}"
        );
    }

    [Function(nameof(TellsCauses))]
    public static async Task<string> TellsCauses([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var details = (await FailureOfAsync(context.CallActivityAsync(nameof(ThrowsNested)))).FailureDetails;
        return $"{details.IsCausedBy<NestedException>()} {details.IsCausedBy<BoomException>()} {details.IsCausedBy<Exception>()} "
            + $"{details.IsCausedBy<TimeoutException>()}";
    }

    /// <summary>The numbers of the tasks that fail, between others.</summary>
    [Function(nameof(NumbersTasks))]
    public static async Task<List<int>> NumbersTasks([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var first = await FailureOfAsync(context.CallActivityAsync(nameof(Basics.Boom), "a"));
        await context.CreateTimer(TimeSpan.FromMilliseconds(1), CancellationToken.None);
        var second = await FailureOfAsync(context.CallSubOrchestratorAsync(nameof(Basics.ThrowsAtOnce)));
        await context.CallActivityAsync(nameof(Basics.Hello), "x");
        var third = await FailureOfAsync(context.CallActivityAsync(nameof(Basics.Boom), "b"));
        return [first.TaskId, second.TaskId, third.TaskId];
    }

    [Function(nameof(GivesWrongInput))]
    public static async Task<string> GivesWrongInput([OrchestrationTrigger] TaskOrchestrationContext context) =>
        (await FailureOfAsync(context.CallActivityAsync(nameof(Basics.Increment), "not a number"))).FailureDetails.ErrorType;

    [Function(nameof(FansOutIntoFailures))]
    public static async Task<string> FansOutIntoFailures([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        Task<string>[] tasks =
        [
            context.CallActivityAsync<string>(nameof(Basics.Boom), "one"),
            context.CallActivityAsync<string>(nameof(Basics.Hello), "x"),
            context.CallActivityAsync<string>(nameof(Basics.Boom), "two"),
        ];
        await FailureOfAsync(Task.WhenAll(tasks));
        var results = new List<string>();
        foreach (var task in tasks)
            results.Add(task.IsFaulted ? (await FailureOfAsync(task)).FailureDetails.ErrorMessage : await task);
        return string.Join(',', results);
    }

    internal static async Task<TaskFailedException> FailureOfAsync(Task task)
    {
        try
        {
            await task;
        }
        catch (TaskFailedException e)
        {
            return e;
        }

        throw new InvalidOperationException("It did not fail.");
    }

    private static string Chain(TaskFailedException exception)
    {
        var chain = new List<string>();
        for (var failure = exception.FailureDetails; failure is not null; failure = failure.InnerFailure)
        {
            chain.Add($"{failure.ErrorType}: {failure.ErrorMessage}");
        }

        return string.Join(" < ", chain);
    }

    public class NestedException : BoomException
    {
        public NestedException() { }

        public NestedException(string message)
            : base(message) { }

        public NestedException(string message, Exception innerException)
            : base(message, innerException) { }
    }
}
