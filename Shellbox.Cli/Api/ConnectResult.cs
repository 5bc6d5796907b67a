namespace Shellbox.Cli.Api;

/// <summary>What a connect ends with: the endpoint, and how long every step took.</summary>
internal sealed record ConnectResult(
    string UserId,
    string BoxName,
    string OperationId,
    string Tier,
    string? InstanceId,
    Endpoint Endpoint,
    DateTimeOffset RequestedAt,
    double Seconds,
    IReadOnlyList<Step> Steps
);
