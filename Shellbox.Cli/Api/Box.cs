namespace Shellbox.Cli.Api;

/// <summary>A box as the app records it.</summary>
internal sealed record Box(
    string UserId,
    string BoxName,
    string State,
    string? VolumeId,
    string? InstanceId,
    string? OperationId,
    long Epoch,
    int Sessions,
    Endpoint? Endpoint,
    DateTimeOffset? LastUsed,
    DateTimeOffset? Since);
