using System.Globalization;
using DurableTask.Core.History;
using Shellbox.Tests.Fixtures;
using Xunit;

namespace Shellbox.Tests.LocalHost;

/// <summary>The task hub in SQLite is a file: who may open it, what it keeps, and what is in memory of it.</summary>
public sealed class SqliteFileTests : SqliteHubTest
{
    [Fact]
    public void A_second_host_on_the_same_file_is_refused_by_name()
    {
        using var first = Open();

        var refused = Assert.Throws<InvalidOperationException>(Open);

        Assert.Equal(
            $"The database of orchestrations {DatabasePath} is in use by process {Environment.ProcessId}. Stop that host, or let this "
                + $"one have another file "
                + "(host.json: extensions.durableTask.storageProvider.databasePath).",
            refused.Message
        );
    }

    [Fact]
    public void A_file_of_a_newer_schema_is_refused_and_left_as_it_is()
    {
        Open().Dispose();
        Execute("PRAGMA user_version = 7");

        var refused = Assert.Throws<InvalidOperationException>(Open);

        Assert.Contains("has schema version 7, written by a newer host", refused.Message, StringComparison.Ordinal);
        Assert.Equal(7L, Execute("PRAGMA user_version"));
    }

    [Fact]
    public async Task What_waits_survives_a_restart_and_a_timer_that_fell_due_meanwhile_fires()
    {
        using (var before = Open())
        {
            await CreateAsync(before, "timer");
            await TurnAsync(before, timers: [Timer("timer", 1, TimeSpan.FromDays(60))], activities: [Activity("timer", 0)]);
            await CreateAsync(before, "event");
            await TurnAsync(before);
            await RaiseAsync(before, "event", "first");

            // Taken, and not complete when the host dies.
            Assert.NotNull(await before.LockNextTaskActivityWorkItem(TimeSpan.FromMinutes(1), Cancel));
            Assert.Equal("event", (await LockAsync(before)).InstanceId);
        }

        Time.Advance(TimeSpan.FromDays(61));
        using var after = Open();
        var turns = new[] { await LockAsync(after), await LockAsync(after) }.ToDictionary(t => t.InstanceId);
        var activity = await after.LockNextTaskActivityWorkItem(TimeSpan.FromMinutes(1), Cancel);

        Assert.Equal(1, Assert.IsType<TimerFiredEvent>(Assert.Single(turns["timer"].NewMessages).Event).TimerId);
        Assert.Equal("first", Assert.IsType<EventRaisedEvent>(Assert.Single(turns["event"].NewMessages).Event).Name);
        Assert.Equal(["ExecutionStarted"], turns["event"].OrchestrationRuntimeState.PastEvents.Select(e => e.EventType.ToString()));
        Assert.Equal("Act", Assert.IsType<TaskScheduledEvent>(activity.TaskMessage.Event).Name);
    }

    [Fact]
    public async Task Of_100000_instances_that_wait_none_is_in_memory()
    {
        using (Open()) { }

        Execute(
            """
            WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 99999)
            INSERT INTO instances SELECT 'i' || i, 'e', 0, 1, 1, NULL, NULL, '{}' FROM n;
            INSERT INTO history
            SELECT id, 0, '[{"$type":"ExecutionStartedEvent","EventId":-1,"Input":"' || hex(zeroblob(2000)) || '"}]' FROM instances;
            INSERT INTO messages(id, due, sent, message) SELECT id, 700000000000000000, 0, hex(zeroblob(2000))
            FROM instances WHERE rowid % 2 = 0;
            """
        );
        var before = GC.GetTotalMemory(forceFullCollection: true);
        using var hub = Open();

        await RaiseAsync(hub, "i77777", "go");
        var item = await LockAsync(hub);
        var grown = GC.GetTotalMemory(forceFullCollection: true) - before;

        Assert.Equal("i77777", item.InstanceId);
        Assert.Equal(1, hub.CountInMemory);
        Assert.True(grown < 20_000_000, string.Create(CultureInfo.InvariantCulture, $"{grown} bytes for 50,000 timers"));
        GC.KeepAlive(hub);
    }
}
