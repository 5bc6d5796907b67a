using System.Collections.Concurrent;

namespace Shellbox.LocalHost.Worker;

/// <summary>The channels of workers that were started and have not connected yet.</summary>
internal sealed class WorkerChannels
{
    private readonly ConcurrentDictionary<string, WorkerChannel> _expected = new();

    public void Expect(WorkerChannel channel) => _expected[channel.WorkerId] = channel;

    public void Forget(WorkerChannel channel) => _expected.TryRemove(channel.WorkerId, out _);

    /// <summary>The channel of that worker, once; null when none is expected.</summary>
    public WorkerChannel? Take(string workerId) => _expected.TryRemove(workerId, out var channel) ? channel : null;
}
