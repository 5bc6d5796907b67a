using Azure.Data.Tables;

namespace Shellbox.Activities.State;

/// <summary>The four tables: the only source of truth for who owns what.</summary>
public sealed class StateTables(TableServiceClient service)
{
    public TableClient Boxes { get; } = service.GetTableClient("Boxes");
    public TableClient Instances { get; } = service.GetTableClient("Instances");
    public TableClient Volumes { get; } = service.GetTableClient("Volumes");
    public TableClient Events { get; } = service.GetTableClient("Events");

    public async Task CreateIfMissingAsync(CancellationToken cancellationToken)
    {
        foreach (var table in new[] { Boxes, Instances, Volumes, Events })
        {
            await table.CreateIfNotExistsAsync(cancellationToken);
        }
    }
}
