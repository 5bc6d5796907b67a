using System.Net.Sockets;
using System.Security.Authentication;
using Azure;
using Azure.Core;
using Azure.Core.Pipeline;
using Shellbox.Activities.Operations;

namespace Shellbox.Activities.Azure;

/// <summary>Says in one sentence what the SDK says in a page when the endpoint does not answer at all, after its retries.</summary>
internal sealed class ReachabilityPolicy(Uri endpoint) : HttpPipelinePolicy
{
    public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        try
        {
            await ProcessNextAsync(message, pipeline);
        }
        catch (Exception e) when (IsUnreachable(e))
        {
            throw Unreachable(e);
        }
    }

    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        try
        {
            ProcessNext(message, pipeline);
        }
        catch (Exception e) when (IsUnreachable(e))
        {
            throw Unreachable(e);
        }
    }

    /// <summary>No answer has no status. A caller that gave up is no fault of the endpoint's.</summary>
    private static bool IsUnreachable(Exception e) =>
        e switch
        {
            RequestFailedException failed => failed.Status == 0,
            AggregateException tries => tries.InnerExceptions.All(IsUnreachable),
            TaskCanceledException cancelled => cancelled.InnerException is TimeoutException,
            _ => false,
        };

    private IOException Unreachable(Exception e)
    {
        var last = e is AggregateException tries ? tries.InnerExceptions[^1] : e;
        var root = last.GetBaseException();
        var why = root switch
        {
            SocketException socket => socket.SocketErrorCode.ToString(),
            AuthenticationException => "its certificate is not trusted; see Shellbox:Azure:CertificateThumbprint",
            _ => root.Message.FirstLine(),
        };
        return new IOException(
            $"Azure Resource Manager does not answer at {endpoint.GetLeftPart(UriPartial.Authority)} ({why}): see whether it "
                + $"runs, and whether Shellbox:Azure:ArmEndpoint is right.",
            e
        );
    }
}
