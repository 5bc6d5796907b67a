using System.Globalization;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Shellbox.Embedded.DurableTask.Client;
using Shellbox.Embedded.Engine;

namespace Shellbox.Tests.Durable.Crash;

/// <summary>
/// Looks into the engine's file from outside. SQLite itself keeps the books, by triggers in the same transactions: which instance came to its
/// end when, and which activity's result was recorded.
/// </summary>
internal sealed class FileAudit : IDisposable
{
    private static readonly string Triggers = string.Create(CultureInfo.InvariantCulture, $"""
        CREATE TABLE audit_ends(id TEXT, status INTEGER);
        CREATE TRIGGER audit_end AFTER UPDATE OF status ON instances
        WHEN NEW.status NOT IN ({(int)OrchestrationRuntimeStatus.Running}, {(int)OrchestrationRuntimeStatus.Pending})
        BEGIN INSERT INTO audit_ends VALUES(NEW.id, NEW.status); END;
        CREATE TABLE audit_results(key INTEGER, task INTEGER, data TEXT);
        CREATE TRIGGER audit_result AFTER INSERT ON history
        WHEN NEW.type IN ({(int)HistoryEventType.TaskCompleted}, {(int)HistoryEventType.TaskFailed})
        BEGIN INSERT INTO audit_results VALUES(NEW.key, NEW.task, NEW.data); END;
        """);

    private readonly SqliteConnection connection;

    public FileAudit(string path)
    {
        connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        connection.Open();
    }

    public void Install() => Query<long>(Triggers + "SELECT 0");

    public string Integrity => Query<string>("PRAGMA integrity_check")[0];

    /// <summary>Instances that ended more than once, or another way than completed.</summary>
    public List<string> WrongEnds => Query<string>(
        $"SELECT id FROM audit_ends GROUP BY id HAVING count(*) > 1 OR max(status <> {(int)OrchestrationRuntimeStatus.Completed})");

    /// <summary>How many instances ended.</summary>
    public long Ends => Query<long>("SELECT count(*) FROM audit_ends")[0];

    /// <summary>Instances that are there and have not ended.</summary>
    public List<string> Open => Query<string>($"SELECT id FROM instances WHERE status <> {(int)OrchestrationRuntimeStatus.Completed}");

    /// <summary>Activities with more than one recorded result, and results that were recorded more than once.</summary>
    public List<string> DoubleResults =>
    [
        .. Query<string>("SELECT 'activity ' || key || '#' || task FROM audit_results GROUP BY key, task HAVING count(*) > 1"),
        .. Query<string>("SELECT data FROM audit_results GROUP BY data HAVING count(*) > 1"),
    ];

    /// <summary>Work that is left although everything has ended.</summary>
    public long LeftOver =>
        Query<long>("SELECT (SELECT count(*) FROM tasks) + (SELECT count(*) FROM timers) + (SELECT count(*) FROM inbox)")[0];

    public string[] OutputOf(string id) =>
        Query<string>($"SELECT output FROM instances WHERE id = '{id}' AND output IS NOT NULL") is [var json]
            ? JsonSerializer.Deserialize<string[]>(json)! : [];

    /// <summary>Puts into an instance what the engine cannot read.</summary>
    public void SpoilCarriedEvents(string id) => Query<long>($"UPDATE instances SET carried = 'no JSON' WHERE id = '{id}'; SELECT 0");

    public void Dispose() => connection.Dispose();

    private List<T> Query<T>(string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The texts stand in this file, and the ids are this suite's own.
        command.CommandText = sql;
#pragma warning restore CA2100
        using var rows = command.ExecuteReader();
        var values = new List<T>();
        while (rows.Read())
            values.Add(rows.GetFieldValue<T>(0));
        return values;
    }
}
