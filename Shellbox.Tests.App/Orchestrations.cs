using System.Diagnostics;
using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Shellbox.Tests.App;

public static class Orchestrations
{
    /// <summary>Starts an orchestration by its name; answers with the management payload.</summary>
    [Function(nameof(Start))]
    public static async Task<IResult> Start(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "start/{name}/{id?}")] HttpRequest request, string name, string? id, [DurableClient] DurableTaskClient client)
    {
        id = await client.ScheduleNewOrchestrationInstanceAsync(name, request.Query["input"].ToString(), new StartOrchestrationOptions(id));
        return Results.Json(client.CreateHttpManagementPayload(id), statusCode: 202);
    }

    [Function(nameof(Chain))]
    public static async Task<string> Chain([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var text = "";
        for (var i = 0; i < 3; i++) text = await context.CallActivityAsync<string>(nameof(Append), text + i);
        return text;
    }

    [Function(nameof(WaitsForEvent))]
    public static Task<string> WaitsForEvent([OrchestrationTrigger] TaskOrchestrationContext context) => context.WaitForExternalEvent<string>("go");

    /// <summary>Begins, sleeps for so many days, and ends, all by its own clock.</summary>
    [Function(nameof(SleepsForDays))]
    public static async Task<object> SleepsForDays([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var began = context.CurrentUtcDateTime;
        await context.CreateTimer(TimeSpan.FromDays(int.Parse(context.GetInput<string>()!, CultureInfo.InvariantCulture)), CancellationToken.None);
        return new { Began = began, Ended = context.CurrentUtcDateTime };
    }

    [Function(nameof(CatchesFailure))]
    public static async Task<string> CatchesFailure([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        try
        {
            return await context.CallActivityAsync<string>(nameof(Fail), "x");
        }
        catch (TaskFailedException e)
        {
            return $"{e.FailureDetails.ErrorType}: {e.FailureDetails.ErrorMessage}";
        }
    }

    [Function(nameof(DiesInActivity))]
    public static Task<string> DiesInActivity([OrchestrationTrigger] TaskOrchestrationContext context) => context.CallActivityAsync<string>(nameof(DieOnce), context.InstanceId);

    // What holds an orchestration that has returned, and what does not. The tasks are left alone on purpose.
    [Function(nameof(LeavesActivity))]
    public static string LeavesActivity([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        _ = context.CallActivityAsync(nameof(Block), "activity");
        return "returned";
    }

    [Function(nameof(LeavesTimer))]
    public static string LeavesTimer([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        _ = context.CreateTimer(TimeSpan.FromHours(1), CancellationToken.None);
        return "returned";
    }

    [Function(nameof(CancelsTimer))]
    public static string CancelsTimer([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        using var cancel = new CancellationTokenSource();
        _ = context.CreateTimer(TimeSpan.FromHours(1), cancel.Token);
        cancel.Cancel();
        return "returned";
    }

    [Function(nameof(LeavesChild))]
    public static string LeavesChild([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        _ = context.CallSubOrchestratorAsync(nameof(BlockedChild), "child", new SubOrchestrationOptions(instanceId: context.InstanceId + "-child"));
        return "returned";
    }

    [Function(nameof(LeavesDetachedChild))]
    public static string LeavesDetachedChild([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var tags = new Dictionary<string, string> { ["FireAndForget"] = "" };
        _ = context.CallSubOrchestratorAsync(
            nameof(BlockedChild), "child", new SubOrchestrationOptions(new TaskOptions(null, tags), context.InstanceId + "-child"));
        return "returned";
    }

    [Function(nameof(LeavesEventWait))]
    public static string LeavesEventWait([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        _ = context.WaitForExternalEvent<string>("never");
        return "returned";
    }

    [Function(nameof(LeavesEventWaitWithTimeout))]
    public static string LeavesEventWaitWithTimeout([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        _ = context.WaitForExternalEvent<string>("never", TimeSpan.FromHours(1));
        return "returned";
    }

    [Function(nameof(BlockedChild))]
    public static async Task<string> BlockedChild([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        await context.CallActivityAsync(nameof(Block), context.GetInput<string>());
        return "released";
    }

    [Function(nameof(Append))]
    public static string Append([ActivityTrigger] string text)
    {
        Record.Write("appended", text);
        return text + ".";
    }

    [Function(nameof(Fail))]
    public static string Fail([ActivityTrigger] string text) => throw new InvalidDataException("activity broke");

    [Function(nameof(Block))]
    public static async Task Block([ActivityTrigger] string gate)
    {
        Record.Write("blocked", gate);
        await Record.WaitAsync(gate);
    }

    /// <summary>Kills its process the first time, as soon as the test lets it.</summary>
    [Function(nameof(DieOnce))]
    public static async Task<string> DieOnce([ActivityTrigger] string id)
    {
        await Record.WaitAsync("death");
        Record.Write("deaths-" + id, Environment.ProcessId.ToString(System.Globalization.CultureInfo.InvariantCulture));
        if (!Record.Has("dead-" + id))
        {
            Record.Write("dead-" + id);
            Process.GetCurrentProcess().Kill();
        }

        return "alive";
    }
}
