using System.Globalization;
using DurableTask.Core;
using DurableTask.Core.History;
using DurableTask.Core.Query;
using Microsoft.Data.Sqlite;

namespace Shellbox.LocalHost.Durable;

/// <summary>The statements of a task hub (<see cref="Schema"/>).</summary>
internal static class HubTables
{
    /// <summary>The statuses of ended instances, as stored.</summary>
    private static readonly string TerminalStatuses = string.Join(
        ',',
        Enum.GetValues<OrchestrationStatus>().Where(s => s.IsTerminal()).Select(s => (int)s)
    );

    public static Turn ReadTurn(this DatabaseConnection connection, string id, DateTime now)
    {
        var found = connection.Find(id);
        var messages = new List<(long, TaskMessage)>();
        DateTime? next = null;
        using (var rows = connection.Query("SELECT seq, due, message FROM messages WHERE id = $0 ORDER BY max(due, sent), seq", id))
        {
            while (rows.Read())
            {
                var due = Time(rows.GetInt64(1));
                if (due <= now)
                    messages.Add((rows.GetInt64(0), HubJson.Read<TaskMessage>(rows.GetString(2))));
                else if (next is null || due < next)
                    next = due;
            }
        }

        var (history, turns) = messages.Count > 0 ? connection.ReadHistory(id) : ([], 0);
        return new Turn
        {
            Execution = found?.Execution,
            Status = found?.Status ?? default,
            History = history,
            Number = turns,
            Messages = messages,
            NextDue = next,
        };
    }

    public static (List<HistoryEvent> Events, int Turns) ReadHistory(this DatabaseConnection connection, string id)
    {
        var (events, turns) = (new List<HistoryEvent>(), 0);
        using var rows = connection.Query("SELECT turn, events FROM history WHERE id = $0 ORDER BY turn", id);
        while (rows.Read())
        {
            turns = rows.GetInt32(0) + 1;
            events.AddRange(HubJson.Read<List<HistoryEvent>>(rows.GetString(1)));
        }

        return (events, turns);
    }

    public static (string Execution, OrchestrationStatus Status)? Find(this DatabaseConnection connection, string id)
    {
        using var rows = connection.Query("SELECT execution, status FROM instances WHERE id = $0", id);
        return rows.Read() ? (rows.GetString(0), (OrchestrationStatus)rows.GetInt32(1)) : null;
    }

    public static OrchestrationState? ReadState(this DatabaseConnection connection, string id, bool withInput = true)
    {
        using var rows = connection.Query($"SELECT {Columns(withInput, withOutput: true)} FROM instances WHERE id = $0", id);
        return rows.Read() ? State(rows) : null;
    }

    /// <summary>A new instance, in the place of whatever was there under its id.</summary>
    public static void Create(this DatabaseConnection connection, OrchestrationState state)
    {
        var id = state.OrchestrationInstance.InstanceId;
        connection.Remove(id);
        connection.Run(
            "INSERT INTO instances(id, execution, status, created, updated, input, output, state) VALUES($0, $1, $2, $3, $4, $5, NULL, $6)",
            id,
            state.OrchestrationInstance.ExecutionId,
            (int)state.OrchestrationStatus,
            state.CreatedTime.Ticks,
            state.LastUpdatedTime.Ticks,
            state.Input,
            HubJson.WriteState(state)
        );
    }

    /// <param name="connection">The connection.</param>
    /// <param name="state">The instance's new state; when it was created stays as it is.</param>
    /// <param name="text">What <see cref="HubJson.WriteState"/> makes of it.</param>
    public static void Update(this DatabaseConnection connection, OrchestrationState state, string text) =>
        connection.Run(
            "UPDATE instances SET execution = $1, status = $2, updated = $3, input = $4, output = $5, state = $6 WHERE id = $0",
            state.OrchestrationInstance.InstanceId,
            state.OrchestrationInstance.ExecutionId,
            (int)state.OrchestrationStatus,
            state.LastUpdatedTime.Ticks,
            state.Input,
            state.Output,
            text
        );

    public static void DeleteHistory(this DatabaseConnection connection, string id) =>
        connection.Run("DELETE FROM history WHERE id = $0", id);

    public static void AppendHistory(this DatabaseConnection connection, string id, int turn, string events) =>
        connection.Run("INSERT INTO history(id, turn, events) VALUES($0, $1, $2)", id, turn, events);

    public static void DeleteMessages(this DatabaseConnection connection, IEnumerable<long> sequences)
    {
        foreach (var sequence in sequences)
            connection.Run("DELETE FROM messages WHERE seq = $0", sequence);
    }

    public static void DeleteMessagesOf(this DatabaseConnection connection, string id) =>
        connection.Run("DELETE FROM messages WHERE id = $0", id);

    public static void InsertMessage(this DatabaseConnection connection, OutgoingMessage message, DateTime sent) =>
        connection.Run(
            "INSERT INTO messages(id, due, sent, message) VALUES($0, $1, $2, $3)",
            message.InstanceId,
            message.Due.Ticks,
            sent.Ticks,
            message.Text
        );

    /// <returns>Its key.</returns>
    public static long InsertActivity(this DatabaseConnection connection, OutgoingMessage message) =>
        (long)connection.Scalar("INSERT INTO activities(message) VALUES($0) RETURNING seq", message.Text)!;

    public static TaskMessage? ReadActivity(this DatabaseConnection connection, long sequence) =>
        connection.Scalar("SELECT message FROM activities WHERE seq = $0", sequence) is string text
            ? HubJson.Read<TaskMessage>(text)
            : null;

    public static bool DeleteActivity(this DatabaseConnection connection, long sequence) =>
        connection.Run("DELETE FROM activities WHERE seq = $0", sequence) > 0;

    /// <summary>All that waits, for a start: the instances and when each of their messages counts, and the activities.</summary>
    public static (List<(string Id, DateTime Due)> Messages, List<long> Activities) ReadWaiting(this DatabaseConnection connection)
    {
        var (messages, activities) = (new List<(string, DateTime)>(), new List<long>());
        using (var rows = connection.Query("SELECT DISTINCT id, due FROM messages"))
        {
            while (rows.Read())
                messages.Add((rows.GetString(0), Time(rows.GetInt64(1))));
        }

        using (var rows = connection.Query("SELECT seq FROM activities ORDER BY seq"))
            while (rows.Read())
                activities.Add(rows.GetInt64(0));
        return (messages, activities);
    }

    /// <summary>A page, by id. The token is the last id of the page before.</summary>
    public static OrchestrationQueryResult Query(
        this DatabaseConnection connection,
        OrchestrationQuery query,
        bool withInput,
        bool withOutput
    )
    {
        var (where, values) = Where(query.CreatedTimeFrom, query.CreatedTimeTo, query.RuntimeStatus);
        if (query.InstanceIdPrefix is { Length: > 0 } prefix)
            Add($"id >= ${values.Count} AND substr(id, 1, length(${values.Count})) = ${values.Count}", prefix);
        if (query.ContinuationToken is { Length: > 0 } token)
            Add($"id > ${values.Count}", Decode(token));
        var size = query.PageSize is > 0 and < int.MaxValue ? query.PageSize : 100;
        var found = new List<OrchestrationState>();
        using var rows = connection.Query(
            string.Create(
                CultureInfo.InvariantCulture,
                $"SELECT {Columns(withInput, withOutput)} FROM instances WHERE {where} ORDER BY id LIMIT {size + 1}"
            ),
            [.. values]
        );
        while (rows.Read())
            found.Add(State(rows));
        if (found.Count <= size)
            return new OrchestrationQueryResult(found, null);
        found.RemoveAt(size);
        return new OrchestrationQueryResult(found, Encode(found[^1].OrchestrationInstance.InstanceId));

        void Add(string condition, object value)
        {
            where += " AND " + condition;
            values.Add(value);
        }
    }

    /// <summary>Removes an ended instance.</summary>
    public static bool Purge(this DatabaseConnection connection, string id)
    {
        if (connection.Find(id) is not { } found || !found.Status.IsTerminal())
            return false;
        connection.Remove(id);
        return true;
    }

    /// <summary>Removes ended instances.</summary>
    /// <returns>How many are gone; fewer than <paramref name="most"/>: there are no more.</returns>
    public static int Purge(this DatabaseConnection connection, PurgeInstanceFilter filter, int most)
    {
        var (where, values) = Where(filter.CreatedTimeFrom, filter.CreatedTimeTo, filter.RuntimeStatus);
        var ids = new List<string>();
        using (
            var rows = connection.Query(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"SELECT id FROM instances WHERE status IN ({TerminalStatuses}) AND {where} LIMIT {most}"
                ),
                [.. values]
            )
        )
        {
            while (rows.Read())
                ids.Add(rows.GetString(0));
        }

        ids.ForEach(connection.Remove);
        return ids.Count;
    }

    private static void Remove(this DatabaseConnection connection, string id)
    {
        connection.Run("DELETE FROM instances WHERE id = $0", id);
        connection.DeleteHistory(id);
        connection.DeleteMessagesOf(id);
    }

    private static (string Where, List<object?> Values) Where(DateTime? from, DateTime? to, IEnumerable<OrchestrationStatus>? statuses)
    {
        var where = "created >= $0 AND created <= $1";
        if (statuses?.Select(s => (int)s).Distinct().Order().ToList() is { Count: > 0 } any)
            where += $" AND status IN ({string.Join(',', any)})";

        // Callers without an end of their own send the least date, not none.
        return (where, [Ticks(from, 0), Ticks(to, DateTime.MaxValue.Ticks)]);

        static long Ticks(DateTime? time, long otherwise) => time is { } t && t != default ? OutgoingMessage.Utc(t).Ticks : otherwise;
    }

    private static string Columns(bool withInput, bool withOutput) =>
        $"status, created, updated, {(withInput ? "input" : "NULL")}, {(withOutput ? "output" : "NULL")}, state";

    private static OrchestrationState State(SqliteDataReader row)
    {
        var state = HubJson.Read<OrchestrationState>(row.GetString(5));
        state.OrchestrationStatus = (OrchestrationStatus)row.GetInt32(0);
        state.CreatedTime = Time(row.GetInt64(1));
        state.LastUpdatedTime = Time(row.GetInt64(2));
        state.Input = row.IsDBNull(3) ? null : row.GetString(3);
        state.Output = row.IsDBNull(4) ? null : row.GetString(4);
        return state;
    }

    private static DateTime Time(long ticks) => new(ticks, DateTimeKind.Utc);

    /// <summary>It travels in an HTTP header, and an id may be anything.</summary>
    private static string Encode(string id) => Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(id));

    private static string Decode(string token)
    {
        try
        {
            return System.Text.Encoding.UTF8.GetString(Convert.FromBase64String(token));
        }
        catch (FormatException e)
        {
            throw new ArgumentException("The continuation token is not one of this host.", nameof(token), e);
        }
    }
}
