using CsCheck;
using Microsoft.Extensions.Time.Testing;
using Shellbox.Embedded.DurableTask;
using Shellbox.Embedded.DurableTask.Client;
using Shellbox.Embedded.Engine;
using Xunit;

namespace Shellbox.Tests.Durable.Programs;

public class ProgramTests
{
    private const int ProgramsAtOnce = 20;
    private const int LastHalfSecond = 2000;

    private static readonly Gen<OrchestratorProgram[]> Programs = ProgramGen.Program.Array[ProgramsAtOnce];

    private static CancellationToken Limit => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_program_comes_to_the_same_live() =>
        await Programs.SampleAsync(programs => CheckAsync(programs, replay: false, restarts: null), iter: 3, threads: 1);

    [Fact]
    public async Task A_program_comes_to_the_same_with_a_replay_in_each_turn() =>
        await Programs.SampleAsync(programs => CheckAsync(programs, replay: true, restarts: null), iter: 3, threads: 1);

    [Fact]
    public async Task A_program_comes_to_the_same_after_restarts_at_random_points() =>
        await Gen.Select(Programs, Gen.Bool, Gen.Int)
            .SampleAsync((programs, replay, seed) => CheckAsync(programs, replay, new Random(seed)), iter: 3, threads: 1);

    private static async Task CheckAsync(OrchestratorProgram[] programs, bool replay, Random? restarts)
    {
        var results = await RunAsync(programs, replay, restarts);

        foreach (var (program, result) in programs.Zip(results))
        {
            var model = new ProgramModel();
            var expected = model.Run(program, 0);
            var status = expected.Failed is null ? OrchestrationRuntimeStatus.Completed : OrchestrationRuntimeStatus.Failed;
            var fits = result.RuntimeStatus == status && result.ReadCustomStatusAs<string>() == model.Status && (expected.Failed is null
                ? result.ReadOutputAs<string>() == expected.Text
                : result.SerializedOutput!.Contains($"'{expected.Failed}'", StringComparison.Ordinal));
            if (!fits)
            {
                Assert.Fail($"{program}\n{result.RuntimeStatus} {result.SerializedCustomStatus} {result.SerializedOutput}, not\n"
                    + $"{status} {model.Status} {expected.Failed ?? expected.Text}");
            }
        }
    }

    private static async Task<OrchestrationMetadata[]> RunAsync(OrchestratorProgram[] programs, bool replay, Random? restarts)
    {
        using var folder = new TestFolder();
        var options = new EngineOptions
        {
            DatabasePath = Path.Combine(folder.Path, "durable.db"),
            SyncEveryCommit = false,
            MaxLiveOrchestrators = replay ? 0 : 1000,
            ShutdownGrace = TimeSpan.FromSeconds(30),

            // The restarts here are no fault of what they interrupt.
            MaxCrashes = int.MaxValue,
        };
        var time = new FakeTimeProvider(ProgramRun.Epoch);
        var run = new ProgramRun(time);
        var engine = BareEngine.Start(options, time, run, typeof(ProgramFunctions));
        try
        {
            var ids = Enumerable.Range(0, programs.Length).Select(i => $"p{i}").ToList();
            foreach (var (id, program) in ids.Zip(programs))
                await engine.Client.ScheduleNewOrchestrationInstanceAsync("Program", new ProgramInput(program), new StartOrchestrationOptions(id), Limit);
            var events = programs.SelectMany((p, i) => p.Events.Select(e => (Id: $"p{i}", e.At, e.Name))).ToLookup(e => e.At);
            for (var now = 0; ; now++)
            {
                await MaybeRestartAsync();
                await engine.QuietAsync(Limit);
                foreach (var e in events[now])
                    await RaiseAsync(engine.Client, e.Id, e.Name);
                await MaybeRestartAsync();
                await engine.QuietAsync(Limit);
                var found = await Task.WhenAll(ids.Select(id => engine.Client.GetInstanceAsync(id, getInputsAndOutputs: true, Limit)));
                if (found.All(i => i!.IsCompleted))
                {
                    if (restarts is null)
                        Assert.All(run.Passed, p => Assert.Equal((p.Key, 1), (p.Key, p.Value)));
                    return found!;
                }

                Assert.True(now < LastHalfSecond, "Some programs never end.");
                time.Advance(TimeSpan.FromSeconds(0.5));
            }
        }
        finally
        {
            await engine.DisposeAsync();
        }

        async Task MaybeRestartAsync()
        {
            if (restarts is null || restarts.Next(8) > 0)
                return;

            // Somewhere in what the last step has set going.
            for (var n = restarts.Next(200); n > 0; n--)
                await Task.Yield();
            if (restarts.Next(2) == 0)
                await engine.StopAsync();
            await engine.DisposeAsync();
            engine = BareEngine.Start(options with { MaxLiveOrchestrators = 1000 * restarts.Next(2) }, time, run, typeof(ProgramFunctions));
        }
    }

    private static async Task RaiseAsync(EngineClient client, string id, string name)
    {
        try
        {
            await client.RaiseEventAsync(id, name, "came", Limit);
        }
        catch (InvalidOperationException)
        {
            // The program has ended without it.
        }
    }
}
