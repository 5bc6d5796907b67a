using Azure.Core;
using Azure.Core.Pipeline;

namespace Shellbox.Activities.Azure;

/// <summary>
/// Puts <c>If-Match</c> on the calls made within a <see cref="Use"/> scope: Azure.ResourceManager.Compute 1.2.0 has no parameter for it.
/// </summary>
internal sealed class IfMatchPolicy : HttpPipelineSynchronousPolicy
{
    private const string Property = "Shellbox.IfMatch";

    public static IDisposable Use(string? etag) =>
        HttpPipeline.CreateHttpMessagePropertiesScope(new Dictionary<string, object?> { [Property] = etag });

    public override void OnSendingRequest(HttpMessage message)
    {
        // Only the write: the SDK's polls of the operation run in the same scope.
        if (message.Request.Method == RequestMethod.Patch && message.TryGetProperty(Property, out var etag) && etag is string value)
        {
            message.Request.Headers.SetValue("If-Match", value);
        }
    }
}
