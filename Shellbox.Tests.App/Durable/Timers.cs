using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace Shellbox.Tests.App.Durable;

public static class Timers
{
    /// <summary>Sleeps for that many seconds; gives how many have passed.</summary>
    [Function(nameof(Sleeps))]
    public static async Task<double> Sleeps([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var began = context.CurrentUtcDateTime;
        await context.CreateTimer(TimeSpan.FromSeconds(context.GetInput<int>()), CancellationToken.None);
        return (context.CurrentUtcDateTime - began).TotalSeconds;
    }

    [Function(nameof(SleepsIntoThePast))]
    public static async Task<string> SleepsIntoThePast([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        await context.CreateTimer(context.CurrentUtcDateTime.AddHours(-1), CancellationToken.None);
        return "fired";
    }

    [Function(nameof(CancelsSleep))]
    public static async Task<string> CancelsSleep([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        using var cancel = new CancellationTokenSource();
        var timer = context.CreateTimer(TimeSpan.FromHours(1), cancel.Token);
        await context.CallActivityAsync(nameof(Basics.Hello), "x");
        cancel.Cancel();
        try
        {
            await timer;
            return "fired";
        }
        catch (OperationCanceledException e)
        {
            return $"{e.GetType().Name} {timer.Status}";
        }
    }

    [Function(nameof(SleepsTwice))]
    public static async Task<string> SleepsTwice([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var longer = context.CreateTimer(TimeSpan.FromSeconds(4), CancellationToken.None);
        var shorter = context.CreateTimer(TimeSpan.FromSeconds(1), CancellationToken.None);
        var first = await Task.WhenAny(longer, shorter) == shorter ? "shorter" : "longer";
        await Task.WhenAll(longer, shorter);
        return first + " first";
    }

    [Function(nameof(Races))]
    public static async Task<string> Races([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        using var cancel = new CancellationTokenSource();
        var timer = context.CreateTimer(TimeSpan.FromHours(1), cancel.Token);
        var activity = context.CallActivityAsync<string>(nameof(Basics.Hello), "x");
        var wait = context.WaitForExternalEvent<string>("never", cancel.Token);
        var first = await Task.WhenAny(timer, activity, wait);
        cancel.Cancel();
        return first == activity ? "activity"
            : first == timer ? "timer"
            : "event";
    }
}
