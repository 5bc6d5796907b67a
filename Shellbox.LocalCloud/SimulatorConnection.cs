namespace Shellbox.LocalCloud;

/// <summary>Where the Azure simulator listens, and how the app signs in there; the simulator's ready file holds the same.</summary>
public sealed record SimulatorConnection
{
    public required string ArmEndpoint { get; init; }

    /// <summary>The audience of the tokens that it takes.</summary>
    public required string Audience { get; init; }

    /// <summary>SHA-256, of the certificate that nobody has signed.</summary>
    public required string CertificateThumbprint { get; init; }

    /// <summary>The value of IDENTITY_ENDPOINT.</summary>
    public required string IdentityEndpoint { get; init; }

    /// <summary>The value of IDENTITY_HEADER.</summary>
    public required string IdentityHeader { get; init; }

    public required string SubscriptionId { get; init; }

    public required string ResourceGroup { get; init; }
}
