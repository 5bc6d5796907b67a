using System.Text.Json;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace Shellbox.Tests.App.Durable;

/// <summary>What several themes use.</summary>
public static class Basics
{
    [Function(nameof(Hello))]
    public static string Hello([ActivityTrigger] string name) => $"hello {name}";

    [Function(nameof(Increment))]
    public static int Increment([ActivityTrigger] int number) => number + 1;

    [Function(nameof(Boom))]
    public static string Boom([ActivityTrigger] string message) => throw new BoomException(message);

    /// <summary>Leaves a line, waits until the test opens the gate of that name, leaves another.</summary>
    [Function(nameof(PassGate))]
    public static async Task<string> PassGate([ActivityTrigger] string gate)
    {
        Record.Write(gate + "-reached");
        await Record.WaitAsync(gate);
        Record.Write(gate + "-passed");
        return "passed " + gate;
    }

    [Function(nameof(Echoes))]
    public static JsonElement? Echoes([OrchestrationTrigger] TaskOrchestrationContext context) => context.GetInput<JsonElement?>();

    [Function(nameof(Greets))]
    public static Task<string> Greets([OrchestrationTrigger] TaskOrchestrationContext context) =>
        context.CallActivityAsync<string>(nameof(Hello), context.GetInput<string>());

    [Function(nameof(ThrowsAtOnce))]
    public static string ThrowsAtOnce([OrchestrationTrigger] TaskOrchestrationContext context) =>
        throw new BoomException("orchestrator broke");

    [Function(nameof(WaitsGo))]
    public static Task<string?> WaitsGo([OrchestrationTrigger] TaskOrchestrationContext context) =>
        context.WaitForExternalEvent<string?>("Go");

    /// <summary>Waits for a gate of its own id and for an event, which it tells of by its status.</summary>
    [Function(nameof(WaitsAtGate))]
    public static async Task<string> WaitsAtGate([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var passing = context.CallActivityAsync<string>(nameof(PassGate), context.GetInput<string>());
        Task poke = context.WaitForExternalEvent<string?>("Poke");
        if (await Task.WhenAny(passing, poke) == poke)
            context.SetCustomStatus("poked");
        return await passing;
    }
}
