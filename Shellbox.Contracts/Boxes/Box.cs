using System.Text.Json.Serialization;

namespace Shellbox.Contracts.Boxes;

/// <summary>A box as the API shows it.</summary>
/// <param name="UserId">Whose it is.</param>
/// <param name="BoxName">Its name.</param>
/// <param name="State">Where it is in its life.</param>
/// <param name="VolumeId">The managed disk with all that is its user's.</param>
/// <param name="InstanceId">Where it runs; null while it has no placement.</param>
/// <param name="OperationId">The operation that moved it last.</param>
/// <param name="Epoch">Grows by one with each operation that may touch the placement.</param>
/// <param name="Sessions">How many are open.</param>
/// <param name="Endpoint">Where its SSH answers; null while no guest runs.</param>
/// <param name="LastUsed">When somebody last was connected.</param>
/// <param name="Since">When <paramref name="State"/> last changed.</param>
public sealed record Box(
    string UserId,
    string BoxName,
    BoxState State,
    string VolumeId,
    string? InstanceId,
    string? OperationId,
    long Epoch,
    int Sessions,
    Endpoint? Endpoint,
    DateTimeOffset LastUsed,
    DateTimeOffset Since
)
{
    /// <summary>Every operation raises the epoch: at 0 there was none, and <see cref="LastUsed"/> is when the box was registered.</summary>
    [JsonIgnore]
    public bool WasUsed => Epoch > 0;
}
