using System.Text.Json.Nodes;

namespace Shellbox.AzureSimulator.ResourceGraph;

/// <summary>
/// What Resource Graph knows: for each resource its states with the instants from which each is served. A resource keeps at
/// most the one that is served and those still to come.
/// </summary>
internal sealed class GraphIndex(string subscription, string tenant)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, List<(DateTimeOffset From, GraphRow? Row)>> _states = new(StringComparer.OrdinalIgnoreCase);

    /// <param name="id">The resource.</param>
    /// <param name="type">Its type, which names the table that it is a row of.</param>
    /// <param name="body">Its body as Resource Manager shows it; null when it is gone.</param>
    /// <param name="from">From when on this is what a query sees.</param>
    public void Publish(string id, string type, JsonObject? body, DateTimeOffset from)
    {
        var row = body is null ? null : GraphRow.Of(body, type, subscription, tenant);
        lock (_gate)
        {
            if (!_states.TryGetValue(id, out var states))
                _states[id] = states = [];
            // A later state that is indexed sooner overtakes: what came before it will never be served any more.
            states.RemoveAll(s => s.From >= from);
            states.Add((from, row));
        }
    }

    /// <summary>The rows of a table as they are served at an instant.</summary>
    public IReadOnlyList<object?[]> Rows(GraphTable table, DateTimeOffset now)
    {
        var rows = new List<object?[]>();
        lock (_gate)
        {
            List<string>? gone = null;
            foreach (var (id, states) in _states)
            {
                var served = states.FindLastIndex(s => s.From <= now);
                if (served < 0)
                    continue;
                if (served > 0)
                    states.RemoveRange(0, served);
                if (states[0].Row is { } row)
                {
                    if (row.Table == table)
                        rows.Add(row.Cells);
                }
                else if (states.Count == 1)
                {
                    (gone ??= []).Add(id);
                }
            }

            gone?.ForEach(id => _states.Remove(id));
        }

        return rows;
    }
}
