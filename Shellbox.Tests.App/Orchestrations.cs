using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Shellbox.Tests.App;

public static class Orchestrations
{
    /// <summary>
    /// Starts an orchestration by its name with the body as its input, at once or <c>?after=</c> that many seconds; answers with the
    /// management payload.
    /// </summary>
    [Function(nameof(Start))]
    public static async Task<IResult> Start(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "start/{name}/{id?}")] HttpRequest request,
        string name,
        string? id,
        [DurableClient] DurableTaskClient client
    )
    {
        object? input = request.ContentLength > 0 ? await request.ReadFromJsonAsync<JsonElement>() : null;
        DateTimeOffset? at = int.TryParse(request.Query["after"], out var seconds)
            ? TimeProvider.System.GetUtcNow().AddSeconds(seconds)
            : null;
        id = await client.ScheduleNewOrchestrationInstanceAsync(name, input, new StartOrchestrationOptions(id, at));
        return Results.Json(client.CreateHttpManagementPayload(id), statusCode: 202);
    }

    [Function(nameof(Chain))]
    public static async Task<string> Chain([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var text = "";
        for (var i = 0; i < 3; i++)
            text = await context.CallActivityAsync<string>(nameof(Append), text + i);
        return text;
    }

    [Function(nameof(WaitsForEvent))]
    public static Task<string> WaitsForEvent([OrchestrationTrigger] TaskOrchestrationContext context) =>
        context.WaitForExternalEvent<string>("go");

    /// <summary>Begins, sleeps for so many days, and ends, all by its own clock.</summary>
    [Function(nameof(SleepsForDays))]
    public static async Task<object> SleepsForDays([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var began = context.CurrentUtcDateTime;
        await context.CreateTimer(
            TimeSpan.FromDays(int.Parse(context.GetInput<string>()!, CultureInfo.InvariantCulture)),
            CancellationToken.None
        );
        return new { Began = began, Ended = context.CurrentUtcDateTime };
    }

    [Function(nameof(DiesInActivity))]
    public static Task<string> DiesInActivity([OrchestrationTrigger] TaskOrchestrationContext context) =>
        context.CallActivityAsync<string>(nameof(DieOnce), context.InstanceId);

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
