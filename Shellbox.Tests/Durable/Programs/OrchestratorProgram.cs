using System.Text.Json;
using System.Text.Json.Serialization;

namespace Shellbox.Tests.Durable.Programs;

/// <summary>A random orchestrator: its body runs so many times, each round but the last continuing as new.</summary>
public sealed record OrchestratorProgram(Node Body, int Rounds)
{
    /// <summary>The events that come from outside: when, and under which name.</summary>
    [JsonIgnore]
    public IEnumerable<(int At, string Name)> Events => Enumerable.Range(0, Rounds).SelectMany(round => EventsOf(Body, round, "b"));

    /// <summary>Each round's event comes later than that of the round before.</summary>
    public static int Arrival(Node.Wait wait, int round)
    {
        ArgumentNullException.ThrowIfNull(wait);
        return wait.Arrives + (14 * round);
    }

    public static string EventName(int round, string path) => $"e{round}{path}";

    public override string ToString() => JsonSerializer.Serialize(this);

    private static IEnumerable<(int At, string Name)> EventsOf(Node node, int round, string path) => node switch
    {
        Node.Wait wait => [(Arrival(wait, round), EventName(round, path))],
        Node.Within within => EventsOf(within.Body, round, path + ".0"),
        Node.Try tried => EventsOf(tried.Body, round, path + ".0"),
        Node.Seq seq => seq.Parts.SelectMany((part, i) => EventsOf(part, round, $"{path}.{i}")),
        Node.All all => all.Parts.SelectMany((part, i) => EventsOf(part, round, $"{path}.{i}")),
        _ => [],
    };
}
