using System.Globalization;

namespace Shellbox.Tests.Durable.Crash;

/// <summary>
/// One orchestration of the workload, and what must come of it. Each activity returns a nonce and is told the nonces of those before it, so a
/// result that was recorded twice, or lost and made again, shows in the runs that follow.
/// </summary>
/// <param name="Id">The instance.</param>
/// <param name="Kind">The orchestrator.</param>
internal sealed record Journey(string Id, string Kind)
{
    private static readonly string[] Kinds = ["FanOut", "Timers", "Answered", "Retries", "Family", "Rounds"];

    /// <summary>The event it waits for; null: none.</summary>
    public string? Answer => Kind == "Answered" ? $"answer-to-{Id}" : null;

    /// <summary>How many instances it consists of.</summary>
    public int Instances => Kind == "Family" ? 3 : 1;

    /// <summary>Its activities in the order of its output, each with what it is told: results of others, and texts (after '=').</summary>
    private (string Name, string[] Told)[] Steps => Kind switch
    {
        "FanOut" => [("f0", []), ("f1", []), ("f2", []), ("f3", []), ("join", ["f0", "f1", "f2", "f3"])],
        "Timers" => [("a", []), ("b", ["a", "=after"])],
        "Answered" => [("a", []), ("b", ["a", "=" + Answer])],
        "Retries" => [("flaky", []), ("b", ["flaky", "=Hopeless"])],
        "Family" => [("c0/a", []), ("c0/b", ["c0/a"]), ("c1/a", []), ("c1/b", ["c1/a"]), ("join", ["c0/b", "c1/b"])],
        _ => [("r0", []), ("r1", ["r0"]), ("r2", ["r1", "r0"])],
    };

    public static Journey Number(int number) => new($"{number}-{Kinds[number % Kinds.Length]}", Kinds[number % Kinds.Length]);

    public static int NumberOf(string id) => int.Parse(id.AsSpan(0, id.IndexOf('-', StringComparison.Ordinal)), CultureInfo.InvariantCulture);

    /// <summary>What is wrong with its output, by the ledger.</summary>
    public IEnumerable<string> Faults(IReadOnlyList<string> output, IReadOnlyDictionary<string, List<ActivityRun>> runs)
    {
        if (output.Count != Steps.Length)
        {
            yield return $"{Id} has {output.Count} results, not {Steps.Length}";
            yield break;
        }

        var results = new Dictionary<string, string>();
        foreach (var ((name, told), nonce) in Steps.Zip(output))
        {
            var key = $"{Id}/{name}";
            results[name] = nonce;
            if (!runs.TryGetValue(key, out var list))
            {
                yield return $"{key} never ran";
                continue;
            }

            // Once a result is recorded the activity does not run again, so it can only be that of the last run.
            if (list[^1].Nonce != nonce)
                yield return $"{key} has the result {nonce}, but its runs were {string.Join(", ", list.Select(r => r.Nonce))}";
            var seen = VictimFunctions.Join(told.Select(t => t[0] == '=' ? t[1..] : results[t]));
            foreach (var run in list.Where(r => r.Seen != seen))
                yield return $"{key} was told {run.Seen}, but what was recorded before it is {seen}";
        }

        if (Kind == "Retries" && (!runs.TryGetValue($"{Id}/hopeless", out var hopeless) || hopeless.Count < VictimFunctions.Attempts))
            yield return $"{Id}/hopeless was not tried {VictimFunctions.Attempts} times";
    }
}
