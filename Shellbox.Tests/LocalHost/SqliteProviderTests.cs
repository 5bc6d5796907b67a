using System.Globalization;
using DurableTask.Core;
using DurableTask.Core.Exceptions;
using DurableTask.Core.History;
using DurableTask.Core.Query;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Time.Testing;
using Shellbox.LocalHost;
using Shellbox.LocalHost.Durable;
using Shellbox.Tests.Fixtures;
using Xunit;

namespace Shellbox.Tests.LocalHost;

/// <summary>The task hub in SQLite: what the contract tests, which see both hubs through HTTP, cannot see.</summary>
public sealed class SqliteProviderTests(AzuriteFixture azurite) : IDisposable
{
    private static readonly DateTimeOffset Start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _time = new(Start);
    private readonly FakeTimeProvider _clock = new(Start);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Path => _folder.File("hub.db");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_second_host_on_the_same_file_is_refused_by_name()
    {
        using var first = Open();

        var refused = Assert.Throws<InvalidOperationException>(Open);

        Assert.Equal(
            $"The database of orchestrations {Path} is in use by process {Environment.ProcessId}. Stop that host, or let this "
                + $"one have another file "
                + "(host.json: extensions.durableTask.storageProvider.databasePath).",
            refused.Message
        );
    }

    [Fact]
    public async Task A_second_host_does_not_start_and_says_why()
    {
        await using var app = await StartAppAsync();

        var refused = await Assert.ThrowsAsync<FunctionsHostException>(() => app.StartSecondAsync());

        Assert.Contains("hub.db is in use by process", Assert.Single(refused.Faults), StringComparison.Ordinal);
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

        _time.Advance(TimeSpan.FromDays(61));
        using var after = Open();
        var turns = new[] { await LockAsync(after), await LockAsync(after) }.ToDictionary(t => t.InstanceId);
        var activity = await after.LockNextTaskActivityWorkItem(TimeSpan.FromMinutes(1), Cancel);

        Assert.Equal(1, Assert.IsType<TimerFiredEvent>(Assert.Single(turns["timer"].NewMessages).Event).TimerId);
        Assert.Equal("first", Assert.IsType<EventRaisedEvent>(Assert.Single(turns["event"].NewMessages).Event).Name);
        Assert.Equal(["ExecutionStarted"], turns["event"].OrchestrationRuntimeState.PastEvents.Select(e => e.EventType.ToString()));
        Assert.Equal("Act", Assert.IsType<TaskScheduledEvent>(activity.TaskMessage.Event).Name);
    }

    [Fact]
    public async Task A_timer_of_many_days_fires_when_it_is_due_and_not_before()
    {
        using var hub = Open();
        await CreateAsync(hub, "a");
        await TurnAsync(hub, timers: [Timer("a", 1, TimeSpan.FromDays(100))]);

        _time.Advance(TimeSpan.FromDays(100) - TimeSpan.FromTicks(1));
        Assert.Null(await TryLockAsync(hub));
        _time.Advance(TimeSpan.FromTicks(1));

        // Timers count in milliseconds.
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.IsType<TimerFiredEvent>(Assert.Single((await LockAsync(hub)).NewMessages).Event);
    }

    [Fact]
    public async Task What_is_abandoned_comes_again_after_a_delay_that_grows_until_it_succeeds()
    {
        using var hub = Open();
        await CreateAsync(hub, "a");
        var item = await LockAsync(hub);
        foreach (var delay in (int[])[50, 100, 200, 400, 800, 1600, 3200, 6400, 10000, 10000])
        {
            await hub.AbandonTaskOrchestrationWorkItemAsync(item);
            await hub.ReleaseTaskOrchestrationWorkItemAsync(item);
            _clock.Advance(TimeSpan.FromMilliseconds(delay - 1));
            Assert.Null(await TryLockAsync(hub));
            _clock.Advance(TimeSpan.FromMilliseconds(1));
            item = await LockAsync(hub);
        }

        await CompleteAsync(hub, item, activities: [Activity("a", 0)]);
        await RaiseAsync(hub, "a", "next");
        item = await LockAsync(hub);
        await hub.AbandonTaskOrchestrationWorkItemAsync(item);
        await hub.ReleaseTaskOrchestrationWorkItemAsync(item);
        var activity = await hub.LockNextTaskActivityWorkItem(TimeSpan.FromMinutes(1), Cancel);
        await hub.AbandonTaskActivityWorkItemAsync(activity);
        _clock.Advance(TimeSpan.FromMilliseconds(49));
        Assert.Null(await hub.LockNextTaskActivityWorkItem(TimeSpan.Zero, Cancel));
        _clock.Advance(TimeSpan.FromMilliseconds(1));

        Assert.NotNull(await LockAsync(hub));
        Assert.NotNull(await hub.LockNextTaskActivityWorkItem(TimeSpan.FromMinutes(1), Cancel));
    }

    [Fact]
    public async Task A_wait_ends_with_the_instance_or_with_its_time_or_when_it_is_cancelled()
    {
        using var hub = Open();
        using var cancel = new CancellationTokenSource();
        var ends = hub.WaitForOrchestrationAsync("a", null, Timeout.InfiniteTimeSpan, Cancel);
        var times = hub.WaitForOrchestrationAsync("a", null, TimeSpan.FromSeconds(30), Cancel);
        var cancelled = hub.WaitForOrchestrationAsync("a", null, Timeout.InfiniteTimeSpan, cancel.Token);

        _clock.Advance(TimeSpan.FromSeconds(30));
        await cancel.CancelAsync();
        await CreateAsync(hub, "a");
        await TurnAsync(hub, output: "\"done\"");

        Assert.Null(await times);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        Assert.Equal("\"done\"", (await ends).Output);
        Assert.Equal("\"done\"", (await hub.WaitForOrchestrationAsync("a", null, TimeSpan.Zero, Cancel)).Output);
    }

    [Fact]
    public async Task Instances_are_found_by_status_time_and_prefix_page_by_page()
    {
        using var hub = Open();
        for (var i = 0; i < 5; i++)
        {
            await CreateAsync(hub, $"x{i}");
            await TurnAsync(hub, output: i % 2 == 0 ? "1" : null);
            _time.Advance(TimeSpan.FromHours(1));
        }

        await CreateAsync(hub, "y");
        var pages = new List<string>();
        var query = new OrchestrationQuery { InstanceIdPrefix = "x", PageSize = 2 };
        do
        {
            var page = await hub.GetOrchestrationWithQueryAsync(query, Cancel);
            pages.Add(string.Join(' ', Ids(page)));
            query.ContinuationToken = page.ContinuationToken;
        } while (query.ContinuationToken is not null);

        Assert.Equal(["x0 x1", "x2 x3", "x4"], pages);
        Assert.Equal(["x1", "x3"], Ids(await FindAsync(new OrchestrationQuery { RuntimeStatus = [OrchestrationStatus.Running] })));
        Assert.Equal(
            ["x2", "x3"],
            Ids(
                await FindAsync(
                    new OrchestrationQuery
                    {
                        CreatedTimeFrom = Start.UtcDateTime.AddHours(2),
                        CreatedTimeTo = Start.UtcDateTime.AddHours(3),
                    }
                )
            )
        );
        var bare = await FindAsync(new OrchestrationQuery { InstanceIdPrefix = "x0", FetchInputsAndOutputs = false });
        Assert.Equal((null, null), (bare.OrchestrationState.Single().Input, bare.OrchestrationState.Single().Output));

        Task<OrchestrationQueryResult> FindAsync(OrchestrationQuery what) => hub.GetOrchestrationWithQueryAsync(what, Cancel);
    }

    [Fact]
    public async Task A_purge_takes_what_has_ended_within_its_filter_and_nothing_else()
    {
        using var hub = Open();
        foreach (var (id, output) in new[] { ("old", "1"), ("running", null), ("new", "1") })
        {
            if (id == "new")
                _time.Advance(TimeSpan.FromDays(1));
            await CreateAsync(hub, id);
            await TurnAsync(hub, output: output);
        }

        var failed = await hub.PurgeInstanceStateAsync(new PurgeInstanceFilter(default, null, [OrchestrationStatus.Failed]));
        var old = await hub.PurgeInstanceStateAsync(new PurgeInstanceFilter(default, Start.UtcDateTime, null));

        Assert.Equal((0, 1), (failed.DeletedInstanceCount, old.DeletedInstanceCount));
        Assert.Equal(["new", "running"], Ids(await hub.GetOrchestrationWithQueryAsync(new OrchestrationQuery(), Cancel)));
        Assert.Equal(0, (await hub.PurgeInstanceStateAsync("running")).DeletedInstanceCount);
        Assert.Equal(1, (await hub.PurgeInstanceStateAsync("new")).DeletedInstanceCount);
        Assert.Equal("[]", await hub.GetOrchestrationHistoryAsync("new", null));
    }

    [Fact]
    public async Task An_id_in_use_is_refused_and_that_of_an_ended_instance_is_taken_over()
    {
        using var hub = Open();
        await CreateAsync(hub, "a");
        await Assert.ThrowsAsync<OrchestrationAlreadyExistsException>(() => CreateAsync(hub, "a"));
        await TurnAsync(hub, output: "1");
        await RaiseAsync(hub, "a", "for the one that has ended");

        await CreateAsync(hub, "a");

        Assert.IsType<ExecutionStartedEvent>(Assert.Single((await LockAsync(hub)).NewMessages).Event);
    }

    [Fact]
    public async Task A_turn_of_an_execution_that_was_replaced_meanwhile_leaves_no_trace()
    {
        using var hub = Open();
        await CreateAsync(hub, "a");
        var stale = await LockAsync(hub);
        await hub.CreateTaskOrchestrationAsync(Started("a"), []);

        await CompleteAsync(hub, stale, output: "stale", activities: [Activity("a", 0)]);

        Assert.Equal(OrchestrationStatus.Pending, (await hub.GetOrchestrationStateAsync("a", null)).OrchestrationStatus);
        var fresh = await LockAsync(hub);
        Assert.Empty(fresh.OrchestrationRuntimeState.PastEvents);
        Assert.Null(await hub.LockNextTaskActivityWorkItem(TimeSpan.Zero, Cancel));
    }

    [Fact]
    public async Task A_start_that_is_not_due_keeps_its_events_and_can_be_terminated()
    {
        using var hub = Open();
        await CreateAsync(hub, "a", at: Start.UtcDateTime.AddDays(1));
        await CreateAsync(hub, "b", at: Start.UtcDateTime.AddDays(1));
        await RaiseAsync(hub, "a", "early");
        await hub.ForceTerminateTaskOrchestrationAsync("b", "why not");
        Assert.Null(await TryLockAsync(hub));
        var ended = await hub.WaitForOrchestrationAsync("b", null, TimeSpan.Zero, Cancel);

        _time.Advance(TimeSpan.FromDays(1));

        Assert.Equal((OrchestrationStatus.Terminated, "why not"), (ended.OrchestrationStatus, ended.Output));
        var item = await LockAsync(hub);
        Assert.Equal(["EventRaised", "ExecutionStarted"], item.NewMessages.Select(m => m.Event.EventType.ToString()).Order());
        Assert.Null(await TryLockAsync(hub));
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

    [Fact]
    public async Task Days_pass_in_an_orchestration_when_its_clock_is_advanced()
    {
        await using var app = await StartAppAsync(_time);
        var id = await app.BeginAsync("SleepsForDays", input: "10");
        await app.UntilStatusAsync(id, "Running");
        Task<System.Text.Json.Nodes.JsonNode> AdvanceAsync()
        {
            _time.Advance(TimeSpan.FromHours(12));
            return app.StatusAsync(id);
        }

        var status = await Wait.UntilAsync(AdvanceAsync, s => (string?)s["runtimeStatus"] == "Completed", "days pass");

        // The first of January 2030, by the orchestration's clock.
        var (began, ended) = ((DateTime)status["output"]!["Began"]!, (DateTime)status["output"]!["Ended"]!);
        Assert.Equal(Start.UtcDateTime, began.ToUniversalTime());
        Assert.InRange(ended - began, TimeSpan.FromDays(10), TimeSpan.FromDays(11));
        Assert.Equal(Start.UtcDateTime, ((DateTime)status["createdTime"]!).ToUniversalTime());
        Assert.Equal(ended.ToUniversalTime(), ((DateTime)status["lastUpdatedTime"]!).ToUniversalTime());
    }

    private static List<string> Ids(OrchestrationQueryResult page) =>
        [.. page.OrchestrationState.Select(s => s.OrchestrationInstance.InstanceId)];

    private static TaskMessage Started(string id, DateTime? at = null)
    {
        var instance = new OrchestrationInstance { InstanceId = id, ExecutionId = Guid.NewGuid().ToString("n") };
        return new TaskMessage
        {
            OrchestrationInstance = instance,
            Event = new ExecutionStartedEvent(-1, "\"in\"")
            {
                Name = "Orchestration",
                OrchestrationInstance = instance,
                ScheduledStartTime = at,
            },
        };
    }

    private static Task CreateAsync(SqliteOrchestrationService hub, string id, DateTime? at = null) =>
        hub.CreateTaskOrchestrationAsync(Started(id, at));

    private static Task RaiseAsync(SqliteOrchestrationService hub, string id, string name) =>
        hub.SendTaskOrchestrationMessageAsync(
            new TaskMessage
            {
                OrchestrationInstance = new OrchestrationInstance { InstanceId = id },
                Event = new EventRaisedEvent(-1, "1") { Name = name },
            }
        );

    private static TaskMessage Activity(string id, int number) =>
        new()
        {
            OrchestrationInstance = new OrchestrationInstance { InstanceId = id },
            Event = new TaskScheduledEvent(number, "Act", null, "1"),
        };

    private static async Task<TaskOrchestrationWorkItem> LockAsync(SqliteOrchestrationService hub)
    {
        var item = await hub.LockNextTaskOrchestrationWorkItemAsync(TimeSpan.FromMinutes(1), Cancel);
        Assert.NotNull(item);
        return item;
    }

    private static async Task<TaskOrchestrationWorkItem?> TryLockAsync(SqliteOrchestrationService hub) =>
        await hub.LockNextTaskOrchestrationWorkItemAsync(TimeSpan.Zero, Cancel);

    /// <summary>What the dispatcher does with the next turn.</summary>
    private static async Task TurnAsync(
        SqliteOrchestrationService hub,
        string? output = null,
        IList<TaskMessage>? activities = null,
        IList<TaskMessage>? timers = null
    ) => await CompleteAsync(hub, await LockAsync(hub), output, activities, timers);

    private static async Task CompleteAsync(
        SqliteOrchestrationService hub,
        TaskOrchestrationWorkItem item,
        string? output = null,
        IList<TaskMessage>? activities = null,
        IList<TaskMessage>? timers = null
    )
    {
        var state = item.OrchestrationRuntimeState;
        foreach (var message in item.NewMessages)
            state.AddEvent(message.Event);
        if (output is not null)
            state.AddEvent(new ExecutionCompletedEvent(0, output, OrchestrationStatus.Completed));
        await hub.CompleteTaskOrchestrationWorkItemAsync(
            item,
            state,
            activities ?? [],
            [],
            timers ?? [],
            null,
            new OrchestrationState
            {
                OrchestrationInstance = state.OrchestrationInstance,
                Name = state.Name,
                Input = state.Input,
                Output = output,
                OrchestrationStatus = state.OrchestrationStatus,
            }
        );
        await hub.ReleaseTaskOrchestrationWorkItemAsync(item);
    }

    private TaskMessage Timer(string id, int number, TimeSpan delay) =>
        new()
        {
            OrchestrationInstance = new OrchestrationInstance { InstanceId = id },
            Event = new TimerFiredEvent(-1, _time.GetUtcNow().UtcDateTime + delay) { TimerId = number },
        };

    private SqliteOrchestrationService Open() => new(new SqliteServiceSettings(Path, _time) { Clock = _clock });

    private Task<HostedApp> StartAppAsync(TimeProvider? time = null) =>
        HostedApp.StartAsync(
            azurite,
            new Dictionary<string, string>
            {
                [DurableProvider.Setting] = DurableProvider.Sqlite,
                ["AzureFunctionsJobHost:extensions:durableTask:storageProvider:databasePath"] = Path,
            },
            time
        );

    private object? Execute(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Path};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The test's own.
        command.CommandText = sql;
#pragma warning restore CA2100
        return command.ExecuteScalar();
    }
}
