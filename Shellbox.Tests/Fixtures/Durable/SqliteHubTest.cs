using DurableTask.Core;
using DurableTask.Core.History;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Time.Testing;
using Shellbox.LocalHost.Durable;
using Xunit;

namespace Shellbox.Tests.Fixtures;

/// <summary>
/// A task hub in SQLite, in a file and on clocks of the test's own, and what the dispatcher does to it, step by step.
/// </summary>
public abstract class SqliteHubTest : IDisposable
{
    private protected static DateTimeOffset Start { get; } = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly TemporaryFolder _folder = new();

    private protected FakeTimeProvider Time { get; } = new(Start);

    /// <summary>By which the hub waits before it hands out again what was abandoned.</summary>
    private protected FakeTimeProvider Clock { get; } = new(Start);

    private protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private protected string DatabasePath => _folder.File("hub.db");

    public void Dispose()
    {
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected static TaskMessage Started(string id, DateTime? at = null)
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

    private protected static Task CreateAsync(SqliteOrchestrationService hub, string id, DateTime? at = null) =>
        hub.CreateTaskOrchestrationAsync(Started(id, at));

    private protected static Task RaiseAsync(SqliteOrchestrationService hub, string id, string name) =>
        hub.SendTaskOrchestrationMessageAsync(
            new TaskMessage
            {
                OrchestrationInstance = new OrchestrationInstance { InstanceId = id },
                Event = new EventRaisedEvent(-1, "1") { Name = name },
            }
        );

    private protected static TaskMessage Activity(string id, int number) =>
        new()
        {
            OrchestrationInstance = new OrchestrationInstance { InstanceId = id },
            Event = new TaskScheduledEvent(number, "Act", null, "1"),
        };

    private protected static async Task<TaskOrchestrationWorkItem> LockAsync(SqliteOrchestrationService hub)
    {
        var item = await hub.LockNextTaskOrchestrationWorkItemAsync(TimeSpan.FromMinutes(1), Cancel);
        Assert.NotNull(item);
        return item;
    }

    private protected static async Task<TaskOrchestrationWorkItem?> TryLockAsync(SqliteOrchestrationService hub) =>
        await hub.LockNextTaskOrchestrationWorkItemAsync(TimeSpan.Zero, Cancel);

    /// <summary>What the dispatcher does with the next turn.</summary>
    private protected static async Task TurnAsync(
        SqliteOrchestrationService hub,
        string? output = null,
        IList<TaskMessage>? activities = null,
        IList<TaskMessage>? timers = null
    ) => await CompleteAsync(hub, await LockAsync(hub), output, activities, timers);

    private protected static async Task CompleteAsync(
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

    private protected TaskMessage Timer(string id, int number, TimeSpan delay) =>
        new()
        {
            OrchestrationInstance = new OrchestrationInstance { InstanceId = id },
            Event = new TimerFiredEvent(-1, Time.GetUtcNow().UtcDateTime + delay) { TimerId = number },
        };

    private protected SqliteOrchestrationService Open() => new(new SqliteServiceSettings(DatabasePath, Time) { Clock = Clock });

    private protected object? Execute(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={DatabasePath};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The test's own.
        command.CommandText = sql;
#pragma warning restore CA2100
        return command.ExecuteScalar();
    }
}
