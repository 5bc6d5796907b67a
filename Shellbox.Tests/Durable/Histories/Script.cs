using System.Collections.Concurrent;

namespace Shellbox.Tests.Durable.Histories;

/// <summary>What the stand-ins of a story's activities answer, call by call; the last answer of each is repeated.</summary>
public sealed class Script
{
    private readonly Dictionary<string, Queue<object?>> answers = new(StringComparer.Ordinal);

    /// <summary>How often something was called.</summary>
    public ConcurrentDictionary<string, int> Calls { get; } = new(StringComparer.Ordinal);

    /// <param name="activity">The activity.</param>
    /// <param name="results">Results; an exception is thrown, and a function's task awaited.</param>
    public Script On(string activity, params object?[] results)
    {
        answers[activity] = new Queue<object?>(results);
        return this;
    }

    public async Task<T> NextAsync<T>(string activity)
    {
        object? answer;
        lock (answers)
        {
            var queue = answers[activity];
            answer = queue.Count > 1 ? queue.Dequeue() : queue.Peek();
        }

        if (answer is Func<Task<object?>> function)
            answer = await function();
        return answer is Exception e ? throw e : (T)answer!;
    }
}
