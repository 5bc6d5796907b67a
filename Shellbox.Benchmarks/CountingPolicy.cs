using Azure.Core;
using Azure.Core.Pipeline;

namespace Shellbox.Benchmarks;

/// <summary>Counts the requests of a client, each try by itself, and those that met another writer.</summary>
internal sealed class CountingPolicy : HttpPipelineSynchronousPolicy
{
    private int _count;
    private int _conflicts;

    public int Count => Volatile.Read(ref _count);

    /// <summary>Answers 409 and 412: a conditional write that came second.</summary>
    public int Conflicts => Volatile.Read(ref _conflicts);

    public override void OnSendingRequest(HttpMessage message) => Interlocked.Increment(ref _count);

    public override void OnReceivedResponse(HttpMessage message)
    {
        if (message.Response.Status is 409 or 412) Interlocked.Increment(ref _conflicts);
    }
}
