using System.Text;
using Microsoft.Data.Sqlite;
using Shellbox.Embedded.DurableTask.Client;

namespace Shellbox.Embedded.Engine.Storage;

/// <summary>The statements of the one connection that writes. Used only inside a write, on the writer's thread.</summary>
internal sealed class StoreWriter(SqliteConnection connection) : IDisposable
{
    private readonly Dictionary<string, Statement> statements = [];

    public (long Key, OrchestrationRuntimeStatus Status)? Find(string id)
    {
        using var rows = Prepare("SELECT key, status FROM instances WHERE id = $0").Query(id);
        return rows.Read() ? (rows.GetInt64(0), (OrchestrationRuntimeStatus)rows.GetInt32(1)) : null;
    }

    public InstanceRow? Instance(string id)
    {
        using var rows = Prepare($"SELECT {StoreReader.InstanceColumns} FROM instances WHERE id = $0").Query(id);
        return rows.Read() ? StoreReader.ReadInstance(rows) : null;
    }

    public void Insert(InstanceRow row) =>
        Prepare($"INSERT INTO instances({StoreReader.InstanceColumns}) "
            + "VALUES($0, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)").Run(
            row.Key,
            row.Id,
            row.Name,
            row.Version,
            (int)row.Status,
            row.Input,
            row.Output,
            row.CustomStatus,
            row.Created.Ticks,
            row.Updated.Ticks,
            row.StartAt?.Ticks,
            row.ParentId,
            row.ParentName,
            row.ParentKey,
            row.ParentTask,
            row.Tags,
            row.CarriedEvents,
            row.HistoryLength,
            row.Attempts);

    public void Update(long key, OrchestrationRuntimeStatus status, string? output, DateTime updated, int historyLength) =>
        Prepare("UPDATE instances SET status = $1, output = $2, updated = $3, history_length = $4, carried = NULL, attempts = 0 WHERE key = $0")
            .Run(key, (int)status, output, updated.Ticks, historyLength);

    /// <summary>Changes the state of an instance that has not begun.</summary>
    public void SetStatus(long key, OrchestrationRuntimeStatus status, string? output, DateTime updated) =>
        Prepare("UPDATE instances SET status = $1, output = $2, updated = $3 WHERE key = $0").Run(key, (int)status, output, updated.Ticks);

    public void SetCustomStatus(long key, string? customStatus) =>
        Prepare("UPDATE instances SET custom_status = $1 WHERE key = $0").Run(key, customStatus);

    public void CountAttempt(long key) => Prepare("UPDATE instances SET attempts = attempts + 1 WHERE key = $0").Run(key);

    public void ClearAttempts(long key) => Prepare("UPDATE instances SET attempts = 0 WHERE key = $0").Run(key);

    /// <summary>Removes an execution: its row, its history and its timers. Its tasks run to their end, unheard.</summary>
    public void DeleteExecution(long key)
    {
        Prepare("DELETE FROM instances WHERE key = $0").Run(key);
        Prepare("DELETE FROM history WHERE key = $0").Run(key);
        DeleteTimers(key);
    }

    public void DeleteTimers(long key) => Prepare("DELETE FROM timers WHERE key = $0").Run(key);

    public void AppendHistory(long key, int sequence, HistoryEvent e) =>
        Prepare("INSERT INTO history(key, seq, type, at, task, name, data, extra) VALUES($0, $1, $2, $3, $4, $5, $6, $7)")
            .Run(key, sequence, (int)e.Type, e.Timestamp.Ticks, e.TaskId, e.Name, e.Data, e.Extra);

    /// <summary>Puts a message into an inbox and gives it its sequence.</summary>
    public InstanceMessage Post(string id, InstanceMessage message)
    {
        var sequence = (long)Prepare(
            "INSERT INTO inbox(id, type, key, task, name, data, extra) VALUES($0, $1, $2, $3, $4, $5, $6) RETURNING seq").Scalar(
            id, (int)message.Type, message.ExecutionKey, message.TaskId, message.Name, message.Data, message.Extra)!;
        return message with { Sequence = sequence };
    }

    public void DeleteMessage(long sequence) => Prepare("DELETE FROM inbox WHERE seq = $0").Run(sequence);

    public void DeleteMessages(string id) => Prepare("DELETE FROM inbox WHERE id = $0").Run(id);

    public void InsertTask(long key, int task, string id, string name, string? input) =>
        Prepare("INSERT INTO tasks(key, task, id, name, input) VALUES($0, $1, $2, $3, $4)").Run(key, task, id, name, input);

    public void DeleteTask(long key, int task) => Prepare("DELETE FROM tasks WHERE key = $0 AND task = $1").Run(key, task);

    /// <summary>Counts a start of a task and says the how manieth it is; 0: the task is done.</summary>
    public int CountTaskAttempt(long key, int task) =>
        Prepare("UPDATE tasks SET attempts = attempts + 1 WHERE key = $0 AND task = $1 RETURNING attempts").Scalar(key, task) is long n
            ? (int)n : 0;

    /// <summary>Takes a counted start back: the host, not the task, was the reason that it did not end.</summary>
    public void UncountTaskAttempt(long key, int task) =>
        Prepare("UPDATE tasks SET attempts = max(attempts - 1, 0) WHERE key = $0 AND task = $1").Run(key, task);

    public void InsertTimer(long key, int task, string id, DateTime fireAt) =>
        Prepare("INSERT INTO timers(key, task, id, fire_at) VALUES($0, $1, $2, $3)").Run(key, task, id, fireAt.Ticks);

    public void DeleteTimer(long key, int task) => Prepare("DELETE FROM timers WHERE key = $0 AND task = $1").Run(key, task);

    public List<(string Id, OrchestrationRuntimeStatus Status)> Children(long parentKey)
    {
        using var rows = Prepare("SELECT id, status FROM instances WHERE parent_key = $0").Query(parentKey);
        var children = new List<(string, OrchestrationRuntimeStatus)>();
        while (rows.Read())
            children.Add((rows.GetString(0), (OrchestrationRuntimeStatus)rows.GetInt32(1)));
        return children;
    }

    /// <summary>Removes up to <paramref name="limit"/> ended instances.</summary>
    /// <returns>How many are gone.</returns>
    public int Purge(InstanceFilter filter, int limit, bool recursive)
    {
        var sql = new StringBuilder("SELECT key, id FROM instances WHERE status IN (1, 3, 4, 5)");
        var values = new List<object?>();
        StoreReader.Where(sql, values, filter);
        sql.Append(System.Globalization.CultureInfo.InvariantCulture, $" LIMIT {limit}");
        var found = new List<(long Key, string Id)>();
        using (var statement = new Statement(connection, sql.ToString()))
        {
            using var rows = statement.Query([.. values]);
            while (rows.Read())
                found.Add((rows.GetInt64(0), rows.GetString(1)));
        }

        return found.Sum(f => Purge(f.Key, f.Id, recursive));
    }

    /// <summary>Removes an ended instance, and its ended children if asked.</summary>
    /// <returns>How many are gone.</returns>
    public int Purge(long key, string id, bool recursive)
    {
        var count = 0;
        if (recursive)
        {
            foreach (var (child, status) in Children(key))
            {
                if (status.IsOver() && Find(child) is { } found)
                    count += Purge(found.Key, child, recursive);
            }
        }

        if (Find(id) is not { } still || still.Key != key)
            return count;
        DeleteExecution(key);
        DeleteMessages(id);
        return count + 1;
    }

    public (DateTime Last, DateTime Next, DateTime Updated)? Schedule(string name)
    {
        using var rows = Prepare("SELECT last, next, updated FROM schedules WHERE name = $0").Query(name);
        return rows.Read()
            ? (new(rows.GetInt64(0), DateTimeKind.Utc), new(rows.GetInt64(1), DateTimeKind.Utc), new(rows.GetInt64(2), DateTimeKind.Utc))
            : null;
    }

    public void SetSchedule(string name, DateTime last, DateTime next, DateTime updated) =>
        Prepare("INSERT OR REPLACE INTO schedules(name, last, next, updated) VALUES($0, $1, $2, $3)")
            .Run(name, last.Ticks, next.Ticks, updated.Ticks);

    public void Execute(string sql) => Prepare(sql).Run();

    public void Dispose()
    {
        foreach (var statement in statements.Values)
            statement.Dispose();
    }

    private Statement Prepare(string sql)
    {
        if (!statements.TryGetValue(sql, out var statement))
            statements[sql] = statement = new Statement(connection, sql);
        return statement;
    }
}
