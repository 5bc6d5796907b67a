using System.Collections.Concurrent;
using Shellbox.Embedded.Worker;

namespace Shellbox.Tests.Durable.Histories;

/// <summary>The activities that <see cref="HistoryFunctions"/> call while they are recorded.</summary>
public sealed class HistoryActivities(Script script)
{
    private readonly ConcurrentDictionary<string, int> calls = script.Calls;

    [Function("Hello")]
    public static string Hello([ActivityTrigger] string name) => $"hello {name}";

    [Function("Boom")]
    public static string Boom([ActivityTrigger] string message) => throw new BoomException(message, new InvalidOperationException("cause"));

    [Function("FailsTwice")]
    public string FailsTwice([ActivityTrigger] string name)
    {
        var call = calls.AddOrUpdate(name, 1, (_, n) => n + 1);
        return call > 2 ? $"{name} after {call}" : throw new BoomException($"attempt {call}");
    }
}
