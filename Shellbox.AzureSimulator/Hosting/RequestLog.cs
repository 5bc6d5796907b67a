using System.Collections;

namespace Shellbox.AzureSimulator.Hosting;

/// <summary>The last requests, oldest first.</summary>
#pragma warning disable CA1710 // It is a log, and is read as one.
public sealed class RequestLog : IReadOnlyCollection<RequestRecord>
#pragma warning restore CA1710
{
    /// <summary>How many are kept.</summary>
    public const int Capacity = 20_000;

    private readonly Lock _gate = new();
    private readonly Queue<RequestRecord> _records = [];

    internal RequestLog() { }

    /// <inheritdoc/>
    public int Count
    {
        get
        {
            lock (_gate)
                return _records.Count;
        }
    }

    /// <summary>The requests of one operation of the REST reference, such as <c>VirtualMachines_Update</c>.</summary>
    public IReadOnlyList<RequestRecord> Of(string operation) =>
        [.. this.Where(r => r.Operation.Equals(operation, StringComparison.OrdinalIgnoreCase))];

    /// <summary>Forgets all.</summary>
    public void Clear()
    {
        lock (_gate)
            _records.Clear();
    }

    /// <inheritdoc/>
    public IEnumerator<RequestRecord> GetEnumerator()
    {
        lock (_gate)
            return ((IEnumerable<RequestRecord>)[.. _records]).GetEnumerator();
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    internal void Add(RequestRecord record)
    {
        lock (_gate)
        {
            if (_records.Count == Capacity)
                _records.Dequeue();
            _records.Enqueue(record);
        }
    }
}
