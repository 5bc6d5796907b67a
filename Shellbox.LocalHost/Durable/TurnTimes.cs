using System.Collections.Concurrent;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Microsoft.DurableTask.Protobuf;

namespace Shellbox.LocalHost.Durable;

/// <summary>
/// When the turns that are under way began, by a clock that is not the system's. The Durable extension stamps what it sends to the worker
/// with the system's time, and the stamp of a turn's first event is what an orchestration takes for now.
/// </summary>
internal sealed class TurnTimes
{
    private readonly ConcurrentDictionary<string, DateTime> _times = new(StringComparer.Ordinal);

    public void Begin(string instanceId, DateTime time) => _times[instanceId] = time;

    public void End(string instanceId) => _times.TryRemove(instanceId, out _);

    /// <summary>Stamps the new events of a turn.</summary>
    /// <param name="trigger">What the worker gets for a turn: a request in base64.</param>
    public string Stamp(string trigger)
    {
        var request = OrchestratorRequest.Parser.ParseFrom(ByteString.FromBase64(trigger));
        if (!_times.TryGetValue(request.InstanceId, out var time))
            return trigger;
        var stamp = Timestamp.FromDateTime(time);
        foreach (var e in request.NewEvents)
            e.Timestamp = stamp;
        return request.ToByteString().ToBase64();
    }
}
