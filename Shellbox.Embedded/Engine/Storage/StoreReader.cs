using System.Globalization;
using System.Text;
using Microsoft.Data.Sqlite;
using Shellbox.Embedded.DurableTask.Client;

namespace Shellbox.Embedded.Engine.Storage;

/// <summary>One connection that reads. Not for use by two threads at once.</summary>
internal sealed class StoreReader : IDisposable
{
    public const string InstanceColumns =
        "key, id, name, version, status, input, output, custom_status, created, updated, start_at, parent_id, parent_name, parent_key, "
        + "parent_task, tags, carried, history_length, attempts";

    private const string MessageColumns = "seq, type, key, task, name, data, extra";

    private readonly SqliteConnection connection;
    private readonly Statement instance;
    private readonly Statement history;
    private readonly Statement inbox;
    private readonly Statement task;

    public StoreReader(SqliteConnection connection)
    {
        this.connection = connection;
        instance = new(connection, $"SELECT {InstanceColumns} FROM instances WHERE id = $0");
        history = new(connection, "SELECT type, at, task, name, data, extra FROM history WHERE key = $0 ORDER BY seq");
        inbox = new(connection, $"SELECT {MessageColumns} FROM inbox WHERE id = $0 ORDER BY seq");
        task = new(connection, "SELECT input, name FROM tasks WHERE key = $0 AND task = $1");
    }

    /// <summary>The instance, its history and what waits in its inbox, as of one moment.</summary>
    public (InstanceRow? Row, List<HistoryEvent> History, List<InstanceMessage> Inbox) Load(string id)
    {
        Schema.Execute(connection, "BEGIN");
        try
        {
            var row = Instance(id);
            return (row, row is { HistoryLength: > 0, IsOver: false } ? History(row.Key) : [], row is null ? [] : Inbox(id));
        }
        finally
        {
            Schema.Execute(connection, "COMMIT");
        }
    }

    public InstanceRow? Instance(string id)
    {
        using var rows = instance.Query(id);
        return rows.Read() ? ReadInstance(rows) : null;
    }

    public List<HistoryEvent> History(long key)
    {
        var events = new List<HistoryEvent>();
        using var rows = history.Query(key);
        while (rows.Read())
        {
            events.Add(new HistoryEvent(
                (HistoryEventType)rows.GetInt32(0), Time(rows.GetInt64(1)), rows.GetInt32(2), Text(rows, 3), Text(rows, 4), Text(rows, 5)));
        }

        return events;
    }

    /// <summary>The name and the input of a task; null if it is done.</summary>
    public (string Name, string? Input)? Task(long key, int number)
    {
        using var rows = task.Query(key, number);
        return rows.Read() ? (rows.GetString(1), Text(rows, 0)) : null;
    }

    /// <summary>Ids beyond <paramref name="after"/>, in order.</summary>
    public List<InstanceRow> List(InstanceFilter filter, string? after, int limit, bool withData)
    {
        var sql = new StringBuilder("SELECT ");
        sql.Append(withData ? InstanceColumns : InstanceColumns
            .Replace("input, output, custom_status", "NULL, NULL, NULL", StringComparison.Ordinal));
        sql.Append(" FROM instances WHERE 1 = 1");
        var values = new List<object?>();
        Where(sql, values, filter);
        if (after is not null)
        {
            sql.Append(CultureInfo.InvariantCulture, $" AND id > ${values.Count}");
            values.Add(after);
        }

        sql.Append(CultureInfo.InvariantCulture, $" ORDER BY id LIMIT ${values.Count}");
        values.Add(limit);
        using var statement = new Statement(connection, sql.ToString());
        using var rows = statement.Query([.. values]);
        var result = new List<InstanceRow>();
        while (rows.Read())
            result.Add(ReadInstance(rows));
        return result;
    }

    /// <summary>Runs a query of the recovery at start.</summary>
    public void Each(string sql, Action<SqliteDataReader> row)
    {
        using var statement = new Statement(connection, sql);
        using var rows = statement.Query();
        while (rows.Read())
            row(rows);
    }

    public void Dispose()
    {
        instance.Dispose();
        history.Dispose();
        inbox.Dispose();
        task.Dispose();
        connection.Dispose();
    }

    internal static InstanceRow ReadInstance(SqliteDataReader rows) => new()
    {
        Key = rows.GetInt64(0),
        Id = rows.GetString(1),
        Name = rows.GetString(2),
        Version = Text(rows, 3),
        Status = (OrchestrationRuntimeStatus)rows.GetInt32(4),
        Input = Text(rows, 5),
        Output = Text(rows, 6),
        CustomStatus = Text(rows, 7),
        Created = Time(rows.GetInt64(8)),
        Updated = Time(rows.GetInt64(9)),
        StartAt = rows.IsDBNull(10) ? null : Time(rows.GetInt64(10)),
        ParentId = Text(rows, 11),
        ParentName = Text(rows, 12),
        ParentKey = rows.GetInt64(13),
        ParentTask = rows.GetInt32(14),
        Tags = Text(rows, 15),
        CarriedEvents = Text(rows, 16),
        HistoryLength = rows.GetInt32(17),
        Attempts = rows.GetInt32(18),
    };

    internal static void Where(StringBuilder sql, List<object?> values, InstanceFilter filter)
    {
        if (filter.CreatedFrom is { } from)
        {
            sql.Append(CultureInfo.InvariantCulture, $" AND created >= ${values.Count}");
            values.Add(from.UtcTicks);
        }

        if (filter.CreatedTo is { } to)
        {
            sql.Append(CultureInfo.InvariantCulture, $" AND created <= ${values.Count}");
            values.Add(to.UtcTicks);
        }

        if (filter.Statuses.Count > 0)
            sql.Append(CultureInfo.InvariantCulture, $" AND status IN ({string.Join(',', filter.Statuses.Select(s => (int)s))})");

        if (!string.IsNullOrEmpty(filter.IdPrefix))
        {
            sql.Append(CultureInfo.InvariantCulture, $" AND substr(id, 1, length(${values.Count})) = ${values.Count}");
            values.Add(filter.IdPrefix);
        }
    }

    private static string? Text(SqliteDataReader rows, int column) => rows.IsDBNull(column) ? null : rows.GetString(column);

    private static DateTime Time(long ticks) => new(ticks, DateTimeKind.Utc);

    private List<InstanceMessage> Inbox(string id)
    {
        var messages = new List<InstanceMessage>();
        using var rows = inbox.Query(id);
        while (rows.Read())
        {
            messages.Add(new InstanceMessage(
                (HistoryEventType)rows.GetInt32(1),
                rows.GetInt64(0),
                rows.GetInt64(2),
                rows.GetInt32(3),
                Text(rows, 4),
                Text(rows, 5),
                Text(rows, 6)));
        }

        return messages;
    }
}
