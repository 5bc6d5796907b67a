using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Shellbox.Embedded.DurableTask;
using Shellbox.Embedded.DurableTask.Client;
using Shellbox.Embedded.Worker;
using Xunit;

namespace Shellbox.Tests.Durable;

public class DeterminismTests
{
    private static CancellationToken Limit => TestLimit.Token;

    [Theory, LiveAndReplayed]
    public async Task Guids_are_of_version_5_differ_within_and_between_instances_and_are_the_same_on_each_replay(bool replay)
    {
        var seen = new Seen();
        await using var host = await TestHost.StartAsync(Options(seen, replay), typeof(Functions));

        var one = (await host.RunAsync("Guids")).ReadOutputAs<Guid[]>()!;
        var two = (await host.RunAsync("Guids")).ReadOutputAs<Guid[]>()!;

        Assert.Equal(6, one.Concat(two).Distinct().Count());
        Assert.All(one.Concat(two), g => Assert.Equal((5, true), (g.Version, g.Variant is >= 8 and <= 11)));
        Assert.Equal(6, seen.Values.Distinct().Count());
        Assert.Equal(replay, seen.Values.Count > 6);
    }

    [Theory, LiveAndReplayed]
    public async Task The_time_is_that_of_the_turn_in_UTC_and_the_same_on_each_replay(bool replay)
    {
        var seen = new Seen();
        await using var host = await TestHost.StartAsync(Options(seen, replay), typeof(Functions));

        var times = (await host.RunAsync("Times")).ReadOutputAs<DateTime[]>()!;

        Assert.Equal(times, times.Order());
        Assert.All(times, t => Assert.Equal(DateTimeKind.Utc, t.Kind));
        Assert.Equal(times[0], times[1]);
        Assert.Equal(times.Distinct().Count(), seen.Values.Distinct().Count());
        Assert.Equal(replay, seen.Values.Count > times.Length);
    }

    [Theory, LiveAndReplayed]
    public async Task Each_point_is_passed_exactly_once_without_replaying(bool replay)
    {
        var seen = new Seen();
        await using var host = await TestHost.StartAsync(Options(seen, replay), typeof(BasicFunctions), typeof(Functions));

        await host.RunAsync("Points");

        Assert.Equal(["0 new", "1 new", "2 new", "3 new"], seen.Values.Where(v => v.EndsWith("new", StringComparison.Ordinal)));
        Assert.Equal(replay, seen.Values.Contains("0 replayed"));
    }

    [Theory, LiveAndReplayed]
    public async Task Replay_safe_loggers_write_each_line_once(bool replay)
    {
        var log = new Log();
        await using var host = await TestHost.StartAsync(new TestHostOptions { Replay = replay, Logs = log }, typeof(BasicFunctions), typeof(Functions));

        await host.RunAsync("Logs");

        Assert.Equal(
            [
                "mine: begun", $"{typeof(DeterminismTests).FullName}: typed", $"{typeof(BasicFunctions).FullName}: type of", "mine: going on", "mine: done",
            ],
            log.Lines.Where(l => !l.StartsWith("Host.", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Another_activity_than_before_fails_the_instance_and_both_are_named()
    {
        var output = await ChangedBetweenTurnsAsync("Changes");

        Assert.StartsWith(
            "DurableTask.Core.Exceptions.NonDeterministicOrchestrationException: Non-Deterministic workflow detected: ",
            output,
            StringComparison.Ordinal);
        Assert.Contains("activity 'Hello' as #0", output, StringComparison.Ordinal);
        Assert.Contains("asked for activity 'Add'", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_kind_of_task_than_before_fails_the_instance_and_both_are_named()
    {
        var output = await ChangedBetweenTurnsAsync("ChangesToTimer");

        Assert.Contains("Non-Deterministic workflow detected: ", output, StringComparison.Ordinal);
        Assert.Contains("activity 'Hello' as #0", output, StringComparison.Ordinal);
        Assert.Contains("asked for a timer", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_replay_that_returns_early_fails_the_instance()
    {
        var output = await ChangedBetweenTurnsAsync("ReturnsEarly");

        Assert.Contains("Non-Deterministic workflow detected: ", output, StringComparison.Ordinal);
        Assert.Contains("activity 'Hello' as #0", output, StringComparison.Ordinal);
        Assert.Contains("hasn't (yet?) scheduled", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_replay_that_asks_for_more_than_before_fails_the_instance()
    {
        var output = await ChangedBetweenTurnsAsync("AsksForMore");

        Assert.Contains("Non-Deterministic workflow detected: ", output, StringComparison.Ordinal);
        Assert.Contains("asked for activity 'Add' as #1, which its history does not have", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("AwaitsDelay", false)]
    [InlineData("AwaitsDelay", true)]
    [InlineData("AwaitsWhatNeverComes", false)]
    [InlineData("AwaitsWhatNeverComes", true)]
    public async Task Awaiting_only_what_is_not_durable_fails_the_instance_at_once(string orchestrator, bool replay)
    {
        await using var host = await TestHost.StartAsync(replay, typeof(BasicFunctions), typeof(Functions));

        var end = await host.RunAsync(orchestrator);

        AssertNamesTheMistake(end);
    }

    [Theory]
    [InlineData("AwaitsForeignTaskBesideAnEvent", false)]
    [InlineData("AwaitsForeignTaskBesideAnEvent", true)]
    [InlineData("LeavesItsThread", false)]
    [InlineData("LeavesItsThread", true)]
    public async Task Awaiting_what_is_not_durable_beside_what_is_fails_the_instance_when_it_comes(string orchestrator, bool replay)
    {
        var foreign = new TaskCompletionSource();
        Functions.Foreign = foreign.Task;
        await using var host = await TestHost.StartAsync(replay, typeof(BasicFunctions), typeof(Functions));
        var id = await host.StartAsync(orchestrator);
        await host.QuietAsync();

        foreign.SetResult();
        var end = await host.EndAsync(id);

        AssertNamesTheMistake(end);
    }

    [Theory, LiveAndReplayed]
    public async Task An_orchestrator_may_decline_its_context_and_yield(bool replay)
    {
        await using var host = await TestHost.StartAsync(replay, typeof(BasicFunctions), typeof(Functions));

        var end = await host.RunAsync("Declines");

        Assert.Equal("\"hello a hello b\"", end.SerializedOutput);
    }

    private static void AssertNamesTheMistake(OrchestrationMetadata end)
    {
        Assert.Equal(OrchestrationRuntimeStatus.Failed, end.RuntimeStatus);
        Assert.Contains("awaited something that is not a durable task, such as Task.Delay", end.SerializedOutput, StringComparison.Ordinal);
        Assert.Contains("use CreateTimer", end.SerializedOutput, StringComparison.Ordinal);
    }

    /// <summary>Runs an orchestrator whose code is another one from the second turn on.</summary>
    private static async Task<string> ChangedBetweenTurnsAsync(string orchestrator)
    {
        var code = new Code();
        await using var host = await TestHost.StartAsync(
            new TestHostOptions { Replay = true, Configure = s => s.AddSingleton(code).AddSingleton(new Seen()) },
            typeof(BasicFunctions),
            typeof(ChangingFunctions));
        var id = await host.StartAsync(orchestrator);
        await host.QuietAsync();

        code.IsChanged = true;
        await host.Client.RaiseEventAsync(id, "Go", cancellation: Limit);
        var end = await host.EndAsync(id);

        Assert.Equal(OrchestrationRuntimeStatus.Failed, end.RuntimeStatus);
        return end.SerializedOutput!;
    }

    private static TestHostOptions Options(Seen seen, bool replay) => new() { Replay = replay, Configure = s => s.AddSingleton(seen) };

    /// <summary>What an orchestrator's code has seen, replays included.</summary>
    public sealed class Seen
    {
        private readonly ConcurrentQueue<string> values = new();

        public IReadOnlyCollection<string> Values => values;

        public void Add(string value) => values.Enqueue(value);
    }

    /// <summary>Whether the code of <see cref="ChangingFunctions"/> has changed.</summary>
    public sealed class Code
    {
        public bool IsChanged { get; set; }
    }

    internal sealed class Log : ILoggerProvider
    {
        private readonly ConcurrentQueue<string> lines = new();

        public IReadOnlyCollection<string> Lines => lines;

        public ILogger CreateLogger(string categoryName) => new Logger(categoryName, lines);

        public void Dispose()
        {
        }

        private sealed class Logger(string category, ConcurrentQueue<string> lines) : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state)
                where TState : notnull => null;

            public bool IsEnabled(LogLevel logLevel) => true;

            public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
                lines.Enqueue($"{category}: {formatter(state, exception)}");
        }
    }

    public sealed class Functions(IServiceProvider services)
    {
        internal static Task Foreign { get; set; } = Task.CompletedTask;

        [Function("Guids")]
        public async Task<List<Guid>> Guids([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            List<Guid> guids = [context.NewGuid(), context.NewGuid()];
            Note(guids[0]);
            Note(guids[1]);
            await context.CreateTimer(TimeSpan.FromMilliseconds(1), CancellationToken.None);
            guids.Add(context.NewGuid());
            Note(guids[2]);
            return guids;
        }

        [Function("Times")]
        public async Task<List<DateTime>> Times([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            List<DateTime> times = [context.CurrentUtcDateTime, context.CurrentUtcDateTime];
            Note(times[0].Ticks);
            Note(times[1].Ticks);
            for (var n = 0; n < 2; n++)
            {
                await context.CreateTimer(TimeSpan.FromMilliseconds(1), CancellationToken.None);
                times.Add(context.CurrentUtcDateTime);
                Note(times[^1].Ticks);
            }

            return times;
        }

        [Function("Points")]
        public async Task Points([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            NotePoint(0);
            await context.CallActivityAsync("Hello", "x");
            NotePoint(1);
            await context.CreateTimer(TimeSpan.FromMilliseconds(1), CancellationToken.None);
            NotePoint(2);
            await context.CallActivityAsync("Hello", "x");
            NotePoint(3);

            void NotePoint(int point) => Note($"{point} {(context.IsReplaying ? "replayed" : "new")}");
        }

        [Function("Logs")]
        public static async Task Logs([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            var log = context.CreateReplaySafeLogger("mine");
            Write(log, "begun");
            Write(context.CreateReplaySafeLogger<DeterminismTests>(), "typed");
            Write(context.CreateReplaySafeLogger(typeof(BasicFunctions)), "type of");
            await context.CallActivityAsync("Hello", "x");
            Write(log, "going on");
            await context.CreateTimer(TimeSpan.FromMilliseconds(1), CancellationToken.None);
            Write(log, "done");

            static void Write(ILogger log, string text) => log.Log(LogLevel.Information, default, text, null, static (s, _) => s);
        }

        [Function("AwaitsDelay")]
        public static async Task AwaitsDelay([OrchestrationTrigger] TaskOrchestrationContext context) => await Task.Delay(TimeSpan.FromHours(1));

        [Function("AwaitsWhatNeverComes")]
        public static async Task AwaitsWhatNeverComes([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            await context.CallActivityAsync("Hello", "x");
            await new TaskCompletionSource().Task;
        }

        [Function("AwaitsForeignTaskBesideAnEvent")]
        public static async Task AwaitsForeignTaskBesideAnEvent([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            var wait = context.WaitForExternalEvent<string>("never");
            await Task.WhenAny(wait, Foreign);
            await wait;
        }

        [Function("LeavesItsThread")]
        public static async Task LeavesItsThread([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            var wait = context.WaitForExternalEvent<string>("never");
            await Foreign.ConfigureAwait(false);
            try
            {
                await context.CallActivityAsync("Hello", "x");
            }
            catch (InvalidOperationException)
            {
                // Not even this gets around it.
                await wait;
            }
        }

        [Function("Declines")]
        public static async Task<string> Declines([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            await Task.Yield();
            var one = await context.CallActivityAsync<string>("Hello", "a").ConfigureAwait(false);
            var two = await context.CallActivityAsync<string>("Hello", "b").ConfigureAwait(false);
            await Task.CompletedTask;
            return $"{one} {two}";
        }

        private void Note<T>(T value) => services.GetRequiredService<Seen>().Add($"{value}");
    }

    public sealed class ChangingFunctions(Code code)
    {
        [Function("Changes")]
        public async Task Changes([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            await context.CallActivityAsync(code.IsChanged ? "Add" : "Hello", "x");
            await context.WaitForExternalEvent<object>("Go");
        }

        [Function("ChangesToTimer")]
        public async Task ChangesToTimer([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            if (code.IsChanged)
                await context.CreateTimer(TimeSpan.FromMilliseconds(1), CancellationToken.None);
            else
                await context.CallActivityAsync("Hello", "x");
            await context.WaitForExternalEvent<object>("Go");
        }

        [Function("ReturnsEarly")]
        public async Task ReturnsEarly([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            if (code.IsChanged)
                return;
            await context.CallActivityAsync("Hello", "x");
            await context.WaitForExternalEvent<object>("Go");
        }

        [Function("AsksForMore")]
        public async Task AsksForMore([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            await context.CallActivityAsync("Hello", "x");
            if (code.IsChanged)
                await context.CallActivityAsync("Add", 1);
            await context.WaitForExternalEvent<object>("Go");
        }
    }
}
