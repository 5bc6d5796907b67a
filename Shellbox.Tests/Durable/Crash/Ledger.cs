using System.Collections.Concurrent;
using System.Text;

namespace Shellbox.Tests.Durable.Crash;

/// <summary>
/// A file of lines in which a victim notes what it did: what outlives the process beside the engine's own file, and what the engine is measured
/// by. What was written is there after SIGKILL.
/// </summary>
internal sealed class Ledger : IDisposable
{
    private readonly object gate = new();
    private readonly FileStream file;
    private readonly HashSet<(string What, string Id)> notes = [];
    private readonly Dictionary<string, List<ActivityRun>> runs = [];
    private readonly ConcurrentDictionary<string, TaskCompletionSource> firstRuns = new();

    public Ledger(string folder)
    {
        var path = PathIn(folder);
        if (File.Exists(path))
        {
            foreach (var line in File.ReadLines(path))
                Take(line.Split(' '));
        }

        file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
    }

    /// <summary>How many journeys were begun, or may have been.</summary>
    public int Begun => notes.Where(n => n.What == "begun").Select(n => Journey.NumberOf(n.Id) + 1).DefaultIfEmpty().Max();

    public IReadOnlyDictionary<string, List<ActivityRun>> Runs => runs;

    public static string PathIn(string folder) => Path.Combine(folder, "ledger");

    public bool Has(string what, string id)
    {
        lock (gate)
            return notes.Contains((what, id));
    }

    public int RunsOf(string key)
    {
        lock (gate)
            return runs.TryGetValue(key, out var list) ? list.Count : 0;
    }

    public void Write(string what, string id) => Append($"{what} {id}");

    /// <summary>Notes that an activity runs.</summary>
    /// <returns>What tells this run from every other.</returns>
    public string WriteRun(string key, string seen)
    {
        var nonce = Guid.NewGuid().ToString("N");
        Append($"run {key} {nonce} {seen}");
        return nonce;
    }

    public Task WaitForRunAsync(string key)
    {
        var first = firstRuns.GetOrAdd(key, _ => new(TaskCreationOptions.RunContinuationsAsynchronously));
        if (RunsOf(key) > 0)
            first.TrySetResult();
        return first.Task;
    }

    public void Dispose() => file.Dispose();

    private void Append(string line)
    {
        lock (gate)
        {
            file.Write(Encoding.UTF8.GetBytes(line + "\n"));
            Take(line.Split(' '));
        }
    }

    private void Take(string[] words)
    {
        if (words[0] != "run")
        {
            notes.Add((words[0], words[1]));
            return;
        }

        if (!runs.TryGetValue(words[1], out var list))
            runs[words[1]] = list = [];
        list.Add(new ActivityRun(words[2], words[3]));
        if (firstRuns.TryGetValue(words[1], out var waiting))
            waiting.TrySetResult();
    }
}
