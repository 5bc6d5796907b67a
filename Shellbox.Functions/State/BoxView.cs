using Shellbox.Activities.State;
using Shellbox.Functions.Connect;

namespace Shellbox.Functions.State;

/// <summary>A box as the API shows it.</summary>
internal sealed record BoxView(
    string UserId,
    string BoxName,
    string State,
    string VolumeId,
    string? InstanceId,
    string? OperationId,
    long Epoch,
    int Sessions,
    BoxEndpoint? Endpoint,
    DateTimeOffset LastUsed,
    DateTimeOffset Since
)
{
    public static BoxView Of(BoxRow row) =>
        new(
            row.PartitionKey,
            row.RowKey,
            row.State.ToString().ToLowerInvariant(),
            row.VolumeId,
            row.InstanceId,
            row.OperationId,
            row.Epoch.Value,
            row.Sessions.Count,
            row is { Host: { } host, Port: { } port, HostKey: { } hostKey } ? BoxEndpoint.Of(host, port, hostKey) : null,
            row.LastUsed,
            row.Since
        );
}
