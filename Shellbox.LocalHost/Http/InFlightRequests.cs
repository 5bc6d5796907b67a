using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Shellbox.LocalHost.Http;

/// <summary>The requests that are being answered, so that a stop can wait for them and then cancel them.</summary>
internal sealed class InFlightRequests : IDisposable
{
    private readonly CancellationTokenSource _cancelled = new();
    private readonly ConcurrentDictionary<Request, bool> _requests = new();

    public IDisposable Begin(HttpContext context)
    {
        var request = new Request(this, context, _cancelled.Token);
        _requests[request] = true;
        return request;
    }

    /// <summary>Waits for all; cancels after the grace what still runs, and waits as long again.</summary>
    public async Task DrainAsync(TimeSpan grace)
    {
        var all = Task.WhenAll(_requests.Keys.Select(r => r.Ended));
        await Task.WhenAny(all, Task.Delay(grace, CancellationToken.None));
        await _cancelled.CancelAsync();
        await Task.WhenAny(all, Task.Delay(grace, CancellationToken.None));
    }

    public void Dispose() => _cancelled.Dispose();

    private sealed class Request : IDisposable, IHttpRequestLifetimeFeature
    {
        private readonly InFlightRequests _owner;
        private readonly IHttpRequestLifetimeFeature _connection;
        private readonly CancellationTokenSource _aborted;
        private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Request(InFlightRequests owner, HttpContext context, CancellationToken cancelled)
        {
            _owner = owner;
            _connection = context.Features.GetRequiredFeature<IHttpRequestLifetimeFeature>();
            _aborted = CancellationTokenSource.CreateLinkedTokenSource(_connection.RequestAborted, cancelled);
            RequestAborted = _aborted.Token;
            context.Features.Set<IHttpRequestLifetimeFeature>(this);
        }

        public Task Ended => _ended.Task;

        public CancellationToken RequestAborted { get; set; }

        public void Abort() => _connection.Abort();

        public void Dispose()
        {
            _owner._requests.TryRemove(this, out _);
            _ended.TrySetResult();
            _aborted.Dispose();
        }
    }
}
