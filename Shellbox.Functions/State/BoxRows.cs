using Shellbox.Activities.State;

namespace Shellbox.Functions.State;

/// <summary>Boxes as the API shows them.</summary>
internal static class BoxRows
{
    public static Box ToBox(this BoxRow row) =>
        new(
            row.PartitionKey,
            row.RowKey,
            row.State,
            row.VolumeId,
            row.InstanceId,
            row.OperationId,
            row.Epoch.Value,
            row.Sessions.Count,
            row is { Host: { } host, Port: { } port, HostKey: { } hostKey } ? Endpoint.Of(host, port, hostKey) : null,
            row.LastUsed,
            row.Since
        );
}
