using System.Security.Cryptography;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.ResourceManager;
using Azure.ResourceManager.Compute;
using Microsoft.Extensions.Options;

namespace Shellbox.Activities.Azure;

/// <summary>
/// One client and one pipeline for ARM, with the same credential, retries and transport. The pipeline serves what the SDK packages
/// at hand do not: Resource Graph's query and the state of an operation that another activity began.
/// </summary>
public sealed class ArmConnection
{
    public ArmConnection(IOptions<ShellboxOptions> options, TokenCredential credential)
    {
        var azure = options.Value.Azure;
        var transport = new HttpClientTransport(CreateHandler(azure.CertificateThumbprint));
        var scope = azure.Audience.TrimEnd('/') + "/.default";

        var clientOptions = new ArmClientOptions
        {
            Environment = new ArmEnvironment(azure.ArmEndpoint, azure.Audience),
            Transport = transport,
        };

        // The first version whose VMs carry an etag and take If-Match; the SDK's own (2023-03-01) does neither.
        clientOptions.SetApiVersion(VirtualMachineResource.ResourceType, "2024-07-01");
        clientOptions.SetApiVersion(NetworkInterfaceType, "2023-09-01");
        clientOptions.AddPolicy(new IfMatchPolicy(), HttpPipelinePosition.PerCall);
        clientOptions.AddPolicy(new ReachabilityPolicy(azure.ArmEndpoint), HttpPipelinePosition.PerCall);
        clientOptions.Retry.NetworkTimeout = NetworkTimeout;
        Client = new ArmClient(credential, azure.SubscriptionId, clientOptions);

        var pipelineOptions = new ArmPipelineOptions { Transport = transport };
        pipelineOptions.AddPolicy(new ReachabilityPolicy(azure.ArmEndpoint), HttpPipelinePosition.PerCall);
        pipelineOptions.Retry.NetworkTimeout = NetworkTimeout;
        Pipeline = HttpPipelineBuilder.Build(pipelineOptions, new BearerTokenAuthenticationPolicy(credential, scope));
        Endpoint = azure.ArmEndpoint;
        SubscriptionId = azure.SubscriptionId;
        ResourceGroupName = azure.ResourceGroup;
    }

    /// <summary>An answer of ARM's own takes well under a second; the SDK's default would wait 100 s for one that does not come.</summary>
    private static readonly TimeSpan NetworkTimeout = TimeSpan.FromSeconds(30);

    internal static ResourceType NetworkInterfaceType { get; } = new("Microsoft.Network/networkInterfaces");

    public ArmClient Client { get; }
    public HttpPipeline Pipeline { get; }
    public Uri Endpoint { get; }
    public string SubscriptionId { get; }
    public string ResourceGroupName { get; }

    private static SocketsHttpHandler CreateHandler(string? thumbprint)
    {
        var handler = new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(5) };
        if (thumbprint is { Length: > 0 })
        {
            var expected = Convert.FromHexString(thumbprint);
            handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, _) =>
                certificate is not null
                && CryptographicOperations.FixedTimeEquals(certificate.GetCertHash(HashAlgorithmName.SHA256), expected);
        }

        return handler;
    }

    private sealed class ArmPipelineOptions : ClientOptions;
}
