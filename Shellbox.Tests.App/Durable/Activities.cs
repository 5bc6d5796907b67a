using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace Shellbox.Tests.App.Durable;

public static class Activities
{
    public enum Kind
    {
        Zero,
        One,
    }

    [Function(nameof(FansOut))]
    public static async Task<int> FansOut([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var numbers = await Task.WhenAll(
            Enumerable.Range(0, context.GetInput<int>()).Select(n => context.CallActivityAsync<int>(nameof(Basics.Increment), n))
        );
        return numbers.Sum();
    }

    [Function(nameof(CallsInOddCase))]
    public static async Task<string> CallsInOddCase([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        try
        {
            return await context.CallActivityAsync<string>("bOOM", "x");
        }
        catch (TaskFailedException e)
        {
            return e.TaskName;
        }
    }

    [Function(nameof(CallsUnknownActivity))]
    public static Task CallsUnknownActivity([OrchestrationTrigger] TaskOrchestrationContext context) =>
        context.CallActivityAsync("NoSuchActivity");

    [Function(nameof(ReadsPerson))]
    public static Person ReadsPerson([OrchestrationTrigger] TaskOrchestrationContext context) =>
        context.GetInput<Person>()! with
        {
            Kind = Kind.One,
        };

    [Function(nameof(ReturnsNull))]
    public static string? ReturnsNull([ActivityTrigger] string? input) => null;

    [Function(nameof(ReadsNothing))]
    public static async Task<string> ReadsNothing([OrchestrationTrigger] TaskOrchestrationContext context) =>
        $"{await context.CallActivityAsync<int>(nameof(ReturnsNull))} "
        + $"{await context.CallActivityAsync<string?>(nameof(ReturnsNull)) ?? "none"}";

    /// <summary>Input, activity input, activity result and output are all of the size of the input.</summary>
    [Function(nameof(PassesOn))]
    public static Task<string> PassesOn([OrchestrationTrigger] TaskOrchestrationContext context) =>
        context.CallActivityAsync<string>(nameof(Same), context.GetInput<string>());

    [Function(nameof(Same))]
    public static string Same([ActivityTrigger] string text) => text;

    public sealed record Person(string FirstName, Kind Kind, string? Nothing);
}
