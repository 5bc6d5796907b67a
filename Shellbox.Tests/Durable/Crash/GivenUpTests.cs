using Microsoft.Extensions.Time.Testing;
using Shellbox.Embedded.DurableTask;
using Shellbox.Embedded.DurableTask.Client;
using Shellbox.Embedded.Worker;
using Xunit;

namespace Shellbox.Tests.Durable.Crash;

public class GivenUpTests
{
    private const int MaxCrashes = 3;
    private const int Innocents = 6;

    private static readonly DateTimeOffset Epoch = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static CancellationToken Limit => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("DiesInActivity")]
    [InlineData("DiesInOrchestrator")]
    public async Task What_keeps_killing_the_process_is_given_up_and_nothing_else_suffers(string orchestrator)
    {
        using var folder = new TestFolder();
        await using (var closed = BareEngine.Closed(Victim.Options(folder.Path), typeof(VictimFunctions)))
        {
            for (var n = 0; n < Innocents; n++)
            {
                // In the middle of the others, so that some are before it and some behind it in every order.
                if (n == Innocents / 2)
                    await closed.Client.ScheduleNewOrchestrationInstanceAsync(orchestrator, new StartOrchestrationOptions("culprit"), Limit);
                await closed.Client.ScheduleNewOrchestrationInstanceAsync("Innocent", new StartOrchestrationOptions($"innocent{n}"), Limit);
            }
        }

        var deaths = 0;
        for (var clean = false; !clean;)
        {
            using var victim = VictimProcess.Start(VictimMode.Drain, folder.Path, false, MaxCrashes);
            await victim.WaitAsync(Limit);
            clean = victim.ExitCode == 0;
            deaths += clean ? 0 : 1;
            Assert.True(deaths <= MaxCrashes + 1, await victim.ErrorsAsync());
        }

        await using var after = BareEngine.Start(Victim.Options(folder.Path), TimeProvider.System, null, typeof(VictimFunctions));
        var given = (await after.Client.GetInstanceAsync("culprit", getInputsAndOutputs: true, Limit))!;
        var innocents = await Task.WhenAll(Enumerable.Range(0, Innocents).Select(n => after.Client.GetInstanceAsync($"innocent{n}", Limit)));
        Assert.Equal(OrchestrationRuntimeStatus.Failed, given.RuntimeStatus);
        Assert.Contains($"given up: the process ended {MaxCrashes} times while it ran", given.SerializedOutput, StringComparison.Ordinal);
        Assert.InRange(deaths, MaxCrashes, MaxCrashes + 1);
        Assert.All(innocents, i => Assert.Equal(OrchestrationRuntimeStatus.Completed, i!.RuntimeStatus));
    }

    [Fact]
    public async Task Restarts_do_not_count_against_an_instance_that_waits_for_its_time()
    {
        using var folder = new TestFolder();
        var time = new FakeTimeProvider(Epoch);
        var options = Victim.Options(folder.Path) with { MaxCrashes = 2 };
        await using (var first = BareEngine.Start(options, time, null, typeof(BasicFunctions)))
            await first.Client.ScheduleNewOrchestrationInstanceAsync("WaitGo", new StartOrchestrationOptions("it", Epoch.AddHours(1)), Limit);

        for (var restart = 0; restart < 5; restart++)
        {
            await using var next = BareEngine.Start(options, time, null, typeof(BasicFunctions));
            await next.Client.RaiseEventAsync("it", "Go", $"event {restart}", Limit);
            await next.QuietAsync(Limit);
            await next.StopAsync();
        }

        await using var last = BareEngine.Start(options, time, null, typeof(BasicFunctions));
        time.Advance(TimeSpan.FromHours(1));
        var end = await last.Client.WaitForInstanceCompletionAsync("it", getInputsAndOutputs: true, Limit);
        Assert.Equal("\"event 0\"", end.SerializedOutput);
    }

    [Fact]
    public async Task Stops_that_abandon_an_activity_do_not_count_against_it()
    {
        using var folder = new TestFolder();
        var stubborn = new Stubborn();
        var options = Victim.Options(folder.Path) with
        {
            MaxCrashes = 2,
            ShutdownGrace = TimeSpan.FromMilliseconds(1),
            CancelGrace = TimeSpan.FromMilliseconds(1),
        };
        await using (var first = BareEngine.Closed(options, typeof(Functions)))
            await first.Client.ScheduleNewOrchestrationInstanceAsync("CallsStubborn", new StartOrchestrationOptions("it"), Limit);

        for (var stop = 0; stop < 5; stop++)
        {
            await using var next = BareEngine.Start(options, TimeProvider.System, stubborn, typeof(Functions));
            await stubborn.Begun.WaitAsync(Limit);
            await next.StopAsync();
        }

        await using var last = BareEngine.Start(options, TimeProvider.System, stubborn, typeof(Functions));
        stubborn.End.SetResult();
        var end = await last.Client.WaitForInstanceCompletionAsync("it", getInputsAndOutputs: true, Limit);
        Assert.Equal("\"ended\"", end.SerializedOutput);
    }

    [Fact]
    public async Task An_orchestrator_whose_output_cannot_be_written_as_JSON_fails()
    {
        using var folder = new TestFolder();
        await using var engine = BareEngine.Start(Victim.Options(folder.Path), TimeProvider.System, new Stubborn(), typeof(Functions));

        var id = await engine.Client.ScheduleNewOrchestrationInstanceAsync("ReturnsTrap", Limit);
        var end = await engine.Client.WaitForInstanceCompletionAsync(id, getInputsAndOutputs: true, Limit);

        Assert.Equal(OrchestrationRuntimeStatus.Failed, end.RuntimeStatus);
        Assert.Contains("It is a trap.", end.SerializedOutput, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_turn_that_breaks_in_the_engine_again_and_again_is_given_up()
    {
        using var folder = new TestFolder();
        var options = Victim.Options(folder.Path) with { MaxCrashes = 2 };
        await using (var first = BareEngine.Closed(options, typeof(BasicFunctions)))
            await first.Client.ScheduleNewOrchestrationInstanceAsync("Empty", new StartOrchestrationOptions("it"), Limit);
        using (var file = new FileAudit(options.DatabasePath))
            file.SpoilCarriedEvents("it");
        var time = new FakeTimeProvider(Epoch);

        await using var engine = BareEngine.Start(options, time, null, typeof(BasicFunctions));
        var waiting = engine.Client.WaitForInstanceCompletionAsync("it", getInputsAndOutputs: true, Limit);
        while (!waiting.IsCompleted)
        {
            // It is tried again after a second of the engine's time.
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(1, Limit);
        }

        var end = await waiting;
        Assert.Equal(OrchestrationRuntimeStatus.Failed, end.RuntimeStatus);
        Assert.Contains("given up: its turn failed 3 times, the last time with System.Text.Json.JsonException", end.SerializedOutput, StringComparison.Ordinal);
    }

    private sealed class Stubborn
    {
        public SemaphoreSlim Begun { get; } = new(0);

        public TaskCompletionSource End { get; } = new();
    }

    private sealed class Trap(string message)
    {
        public string Door => throw new InvalidOperationException(message);
    }

    private sealed class Functions(Stubborn stubborn)
    {
        [Function("CallsStubborn")]
        public static async Task<string> CallsStubborn([OrchestrationTrigger] TaskOrchestrationContext context) =>
            await context.CallActivityAsync<string>("Stubborn");

        /// <summary>Heeds no cancellation.</summary>
        [Function("Stubborn")]
        public async Task<string> Stay([ActivityTrigger] string? input)
        {
            stubborn.Begun.Release();
            await stubborn.End.Task;
            return "ended";
        }

        [Function("ReturnsTrap")]
        public static Task<Trap> ReturnsTrap([OrchestrationTrigger] TaskOrchestrationContext context) => Task.FromResult(new Trap("It is a trap."));
    }
}
