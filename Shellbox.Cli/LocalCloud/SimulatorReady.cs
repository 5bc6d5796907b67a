namespace Shellbox.Cli.LocalCloud;

/// <summary>What the simulator says in its ready file: where it listens, and as whom the app may talk to it.</summary>
internal sealed record SimulatorReady(
    string ArmEndpoint,
    string Audience,
    string CertificateThumbprint,
    string IdentityEndpoint,
    string IdentityHeader,
    string SubscriptionId,
    string ResourceGroup,
    string? Token
);
