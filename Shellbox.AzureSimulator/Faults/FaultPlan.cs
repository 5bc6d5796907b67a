using Microsoft.Extensions.Logging;
using Shellbox.AzureSimulator.Time;

namespace Shellbox.AzureSimulator.Faults;

/// <summary>
/// The faults that wait for the calls they shall hit. Faults are tried in the order in which they were added; one call suffers at most one.
/// </summary>
public sealed partial class FaultPlan : IDisposable
{
    private readonly Lock _gate = new();
    private readonly List<Planned> _planned = [];
    private readonly List<FaultHit> _hits = [];
    private readonly RandomStreams _streams;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private int _lastId;

    internal FaultPlan(RandomStreams streams, TimeProvider time, ILogger logger)
    {
        _streams = streams;
        _time = time;
        _logger = logger;
    }

    /// <summary>Every fault that has hit a request so far.</summary>
    public IReadOnlyList<FaultHit> Hits
    {
        get
        {
            lock (_gate)
                return [.. _hits];
        }
    }

    /// <summary>The faults that still wait, by id.</summary>
    public IReadOnlyDictionary<int, Fault> Waiting
    {
        get
        {
            lock (_gate)
                return _planned.Where(p => !p.IsUsedUp).ToDictionary(p => p.Id, p => p.Fault);
        }
    }

    /// <summary>Adds a fault and returns its id.</summary>
    /// <exception cref="ArgumentException">A member is out of its range; the message names it.</exception>
    public int Add(Fault fault)
    {
        ArgumentNullException.ThrowIfNull(fault);
        fault.Check();
        lock (_gate)
        {
            var id = ++_lastId;
            _planned.Add(new Planned(id, fault));
            return id;
        }
    }

    /// <summary>Takes a fault back and lets go of the calls and operations that hang on it.</summary>
    /// <returns>Whether there was one of this id.</returns>
    public bool Remove(int id)
    {
        lock (_gate)
        {
            var found = _planned.Exists(p => p.Id == id);
            foreach (var planned in _planned.Where(p => p.Id == id).ToList())
            {
                planned.Release();
                _planned.Remove(planned);
            }

            return found;
        }
    }

    /// <summary>Takes all faults back.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            _planned.ForEach(p => p.Release());
            _planned.Clear();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Clear();

    /// <summary>
    /// The fault that hits this call (or, with <paramref name="ofOperation"/>, the operation that it begins), if one does.
    /// </summary>
    internal OperationFault? Take(bool ofOperation, string operation, string resource, string requestId, bool isRead = false)
    {
        lock (_gate)
        {
            var planned = _planned.Find(p =>
                !p.IsUsedUp
                && p.Fault.IsOfOperation == ofOperation
                && p.Fault.Hits(operation, resource)
                && p.Fault.Suits(operation, isRead)
                && (p.Fault.Share >= 1 || _streams.Next(resource, "fault" + p.Id).NextDouble() < p.Fault.Share)
            );
            if (planned is null)
                return null;
            planned.Taken++;
            _hits.Add(new FaultHit(planned.Id, _time.GetUtcNow(), operation, resource, requestId));
            LogHit(planned.Id, planned.Fault.Effect, operation, resource, requestId);
            return new OperationFault(planned.Fault, planned.Released);
        }
    }

    internal int? HitBy(string requestId)
    {
        lock (_gate)
            return _hits.Count == 0 ? null : _hits.FindLast(h => h.RequestId == requestId)?.FaultId;
    }

    [LoggerMessage(200, LogLevel.Information, "Fault {FaultId} ({Effect}) hit {Operation} of {Resource}, request {RequestId}")]
    private partial void LogHit(int faultId, FaultEffect effect, string operation, string resource, string requestId);

    private sealed class Planned(int id, Fault fault) : IDisposable
    {
        private readonly CancellationTokenSource _released = new();

        public int Id { get; } = id;

        public Fault Fault { get; } = fault;

        public int Taken { get; set; }

        public bool IsUsedUp => Taken >= Fault.Count;

        public CancellationToken Released => _released.Token;

        public void Release() => _released.Cancel();

        public void Dispose() => _released.Dispose();
    }
}
