using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Shellbox.Embedded.DurableTask.Client;
using Shellbox.Embedded.Engine;
using Shellbox.Embedded.Engine.Storage;
using Xunit;

namespace Shellbox.Tests.Durable.Histories;

/// <summary>
/// Instances that an earlier build recorded are put into a file as they were before their last turn, and a host is started on it: it replays
/// them and runs that turn. A change of the engine or of the app's orchestrators that would break instances under way fails here. README.md
/// says how the histories are renewed.
/// </summary>
public class SavedHistoryTests
{
    private const string Renew = "SHELLBOX_RENEW_HISTORIES";

    public static TheoryData<string> Files =>
        [.. Directory.GetFiles(SavedHistory.Folder, "*.json", SearchOption.AllDirectories)
            .Select(f => Path.GetRelativePath(SavedHistory.Folder, f))
            .Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Files))]
    public async Task A_saved_instance_is_replayed_and_ends_as_it_did(string file)
    {
        var saved = SavedHistory.Load(file);
        var story = HistoryStory.All.Single(s => s.Name == Path.GetDirectoryName(file));

        var (row, history) = await ReplayAsync(saved, story.Orchestrators);

        Assert.Equal((saved.Status, saved.Output), (row.Status, row.Output));
        Assert.Equal(saved.Turns.SelectMany(t => t.Events), history.Select(SavedHistory.Save));
    }

    [Fact]
    public async Task A_change_of_an_orchestrator_that_breaks_its_instances_is_found_and_both_sides_are_named()
    {
        var saved = SavedHistory.Load(Path.Combine("loop", "Loop.json"));

        var (row, _) = await ReplayAsync(saved, typeof(ChangedFunctions));

        Assert.Equal(OrchestrationRuntimeStatus.Failed, row.Status);
        Assert.Contains("Non-Deterministic workflow detected: ", row.Output, StringComparison.Ordinal);
        Assert.Contains("the history has activity 'Hello' as #0", row.Output, StringComparison.Ordinal);
        Assert.Contains("asked for a timer", row.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_story_has_saved_histories()
    {
        if (Environment.GetEnvironmentVariable(Renew) is not null)
        {
            foreach (var story in HistoryStory.All)
                await RecordAsync(story);
        }

        var saved = Files.Select(f => Path.GetDirectoryName(f.Data)).Distinct().Order(StringComparer.Ordinal);

        Assert.Equal(HistoryStory.All.Select(s => s.Name).Order(StringComparer.Ordinal), saved);
    }

    private static async Task<(InstanceRow Row, List<HistoryEvent> History)> ReplayAsync(SavedHistory saved, params Type[] orchestrators)
    {
        var folder = TestHost.NewFolder();
        try
        {
            await PutAsync(saved, Path.Combine(folder, ".shellbox", "durable.db"));
            await using var host = await TestHost.StartAsync(
                new TestHostOptions { Folder = folder, Time = new FakeTimeProvider(new DateTimeOffset(saved.Turns[^1].At)) }, orchestrators);
            await host.EndAsync(saved.InstanceId);
            return host.Host.Services.GetRequiredService<OrchestrationEngine>().FindWithHistory(saved.InstanceId)!.Value;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Writes the instance as it was before its last turn: with what that turn took in still in its inbox.</summary>
    private static async Task PutAsync(SavedHistory saved, string database)
    {
        var before = saved.Turns.SkipLast(1)
            .SelectMany(t => t.Events.Select(e => new HistoryEvent(e.Type, t.At, e.Task, e.Name, e.Data, e.Extra)))
            .ToList();
        using var store = new DurableStore(database, syncEveryCommit: false, e => Assert.Fail(e.ToString()));
        await store.WriteAsync(w =>
        {
            w.Insert(new InstanceRow
            {
                Key = saved.ExecutionKey,
                Id = saved.InstanceId,
                Name = saved.Orchestrator,
                Status = OrchestrationRuntimeStatus.Running,
                Input = saved.Input,
                Created = saved.CreatedAt,
                Updated = saved.Turns[^2].At,
                ParentId = saved.ParentId,
                ParentName = saved.ParentName,
                HistoryLength = before.Count,
            });
            for (var n = 0; n < before.Count; n++)
                w.AppendHistory(saved.ExecutionKey, n, before[n]);
            foreach (var e in saved.Turns[^1].Events.Where(e => IsTakenIn(e.Type)))
                w.Post(saved.InstanceId, new InstanceMessage(e.Type, 0, e.Task >= 0 ? saved.ExecutionKey : 0, e.Task, e.Name, e.Data, e.Extra));
            return true;
        });
    }

    private static bool IsTakenIn(HistoryEventType type) => type is not HistoryEventType.ExecutionCompleted
        && !new HistoryEvent(type, default).IsRequest;

    /// <summary>Lets a story happen and saves the history of each instance that had more than one turn.</summary>
    private static async Task RecordAsync(HistoryStory story)
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero)) { AutoAdvanceAmount = TimeSpan.FromMilliseconds(1) };
        await using var host = await TestHost.StartAsync(
            new TestHostOptions { Time = time, Configure = s => s.AddSingleton(story.Script) }, [.. story.Orchestrators, .. story.Activities]);
        await story.Run(host, time);
        while (await host.Client.GetAllInstancesAsync().AnyAsync(i => !i.IsCompleted, TestLimit.Token))
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await host.QuietAsync();
        }

        var folder = Path.Combine(SavedHistory.Folder, story.Name);
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
        var engine = host.Host.Services.GetRequiredService<OrchestrationEngine>();
        await foreach (var instance in host.Client.GetAllInstancesAsync())
        {
            var (row, history) = engine.FindWithHistory(instance.InstanceId)!.Value;
            var saved = SavedHistory.Of(row, history);
            if (saved.Turns.Count > 1)
                saved.Write(Path.Combine(story.Name, $"{row.Name}.json"));
        }
    }
}
