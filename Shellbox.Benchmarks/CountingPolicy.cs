using Azure.Core;
using Azure.Core.Pipeline;

namespace Shellbox.Benchmarks;

/// <summary>Counts the requests of a client, each try by itself.</summary>
internal sealed class CountingPolicy : HttpPipelineSynchronousPolicy
{
    private int _count;

    public int Count => Volatile.Read(ref _count);

    public override void OnSendingRequest(HttpMessage message) => Interlocked.Increment(ref _count);
}
