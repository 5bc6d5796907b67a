using System.Net;
using Microsoft.AspNetCore.Http;
using Shellbox.LocalHost.Protocol;
using Shellbox.LocalHost.Worker;
using Yarp.ReverseProxy.Forwarder;
using Status = Shellbox.LocalHost.Protocol.StatusResult.Types.Status;

namespace Shellbox.LocalHost.Http;

/// <summary>
/// Hands HTTP requests to the worker's own server, which writes the answers; the invocation that belongs to each goes by the channel.
/// </summary>
internal sealed class RequestForwarder(IHttpForwarder forwarder) : IDisposable
{
    /// <summary>Marks a request that did not reach the worker, or whose answer did not come.</summary>
    public static readonly object NotDelivered = new();

    private const string InvocationHeader = "x-ms-invocation-id";

    /// <summary>The worker waits 5 s for a request whose function has failed before it took it.</summary>
    private static readonly TimeSpan FailedGrace = TimeSpan.FromMilliseconds(100);

    /// <summary>Without a byte for so long the official front end gives up (Azure's load balancer: 230 s).</summary>
    private static readonly ForwarderRequestConfig Config = new()
    {
        ActivityTimeout = TimeSpan.FromSeconds(240),
        Version = HttpVersion.Version11,
        VersionPolicy = HttpVersionPolicy.RequestVersionExact,
    };

    private readonly HttpMessageInvoker _client = new(
        new SocketsHttpHandler
        {
            UseProxy = false,
            AllowAutoRedirect = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.None,
            ActivityHeadersPropagator = null,
        }
    );

    /// <summary>Returns when the answer has been passed on, or will not come.</summary>
    /// <param name="context">The request.</param>
    /// <param name="worker">The worker that runs the function.</param>
    /// <param name="invocationId">The invocation, under which the worker brings both together.</param>
    /// <param name="invocation">Its answer.</param>
    public async Task ForwardAsync(HttpContext context, WorkerChannel worker, string invocationId, Task<InvocationResponse> invocation)
    {
        if (worker.HttpAddress is not { } address)
            throw new InvalidOperationException("The app's worker takes no HTTP requests.");
        context.Request.Headers[InvocationHeader] = invocationId;
        using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        var forwarding = forwarder.SendAsync(context, address.ToString(), _client, Config, HttpTransformer.Default, giveUp.Token).AsTask();
        if (await Task.WhenAny(forwarding, invocation) == invocation && !await SucceededAsync(invocation))
        {
            // What has begun is let through, and so is the worker's own 500, which comes at once if it comes.
            await Task.WhenAny(forwarding, Task.Delay(FailedGrace, CancellationToken.None));
            if (!context.Response.HasStarted)
                await giveUp.CancelAsync();
        }

        if (await forwarding is not ForwarderError.None)
            context.Items[NotDelivered] = true;
    }

    public void Dispose() => _client.Dispose();

    private static async Task<bool> SucceededAsync(Task<InvocationResponse> invocation) =>
        invocation.IsCompletedSuccessfully && (await invocation).Result?.Status == Status.Success;
}
