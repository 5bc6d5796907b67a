using Shellbox.Embedded.Engine.Storage;

namespace Shellbox.Embedded.Engine;

/// <summary>What an earlier process had not finished.</summary>
/// <param name="Instances">Instances with something to do.</param>
/// <param name="Tasks">Activities without a recorded result.</param>
/// <param name="Timers">Timers that have not fired.</param>
internal sealed record LeftBehind(
    HashSet<string> Instances, List<ActivityWork> Tasks, List<(long Key, int Task, string Id, DateTime At)> Timers)
{
    public static LeftBehind Read(DurableStore store)
    {
        var left = new LeftBehind(new HashSet<string>(StringComparer.Ordinal), [], []);
        store.Read(r =>
        {
            r.Each("SELECT DISTINCT id FROM inbox", row => left.Instances.Add(row.GetString(0)));
            r.Each(
                "SELECT id FROM instances WHERE history_length = 0 AND start_at IS NULL AND status IN (0, 6)",
                row => left.Instances.Add(row.GetString(0)));
            r.Each(
                "SELECT key, task, id, attempts FROM tasks ORDER BY key, task",
                row => left.Tasks.Add(new ActivityWork(
                    row.GetInt64(0), row.GetInt32(1), row.GetString(2), null, null, Recovered: true, row.GetInt32(3))));
            r.Each(
                "SELECT key, task, id, fire_at FROM timers",
                row => left.Timers.Add((row.GetInt64(0), row.GetInt32(1), row.GetString(2), new(row.GetInt64(3), DateTimeKind.Utc))));
            return true;
        });
        return left;
    }
}
