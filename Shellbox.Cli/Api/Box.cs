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
    DateTimeOffset? Since
)
{
    /// <summary>Every operation raises the epoch: at 0 there was none, and <see cref="LastUsed"/> is when the box was registered.</summary>
    public bool WasUsed => Epoch > 0;
}
