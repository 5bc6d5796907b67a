using Azure.Data.Tables;
using Microsoft.Extensions.Logging.Abstractions;
using Shellbox.Activities.Audit;
using Shellbox.Activities.Connect;
using Shellbox.Activities.Operations;
using Shellbox.Activities.State;
using Shellbox.Tests.Fixtures;
using Xunit;

namespace Shellbox.Tests.State;

/// <summary>Rows that another version of Shellbox has written.</summary>
public sealed class SchemaVersionTests(AzuriteFixture azurite)
{
    private static readonly BoxKey Box = new(new string('a', 32), "dev33");
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_row_of_a_newer_version_is_refused_by_name_in_every_table_and_left_as_it_is()
    {
        var tables = new StateTables(new TableServiceClient(azurite.ConnectionString));
        await tables.CreateIfMissingAsync(Cancel);
        var events = new EventLog(tables, TimeProvider.System, NullLogger<EventLog>.Instance);
        var (boxes, instances, volumes) = (
            new BoxStore(new BoxTable(tables, events), TimeProvider.System),
            new InstanceStore(tables, TimeProvider.System, events),
            new VolumeStore(tables)
        );
        Assert.True(await boxes.TryAddAsync(Box, "vol-1", Cancel));
        Assert.True(await instances.TryAddAsync("vm-1", "/vm-1", "127.0.0.1", "fingerprint", Cancel));
        Assert.True(await volumes.TryAddAsync("vol-1", "/vol-1", Box, null, Cancel));
        await events.WriteAsync(new AuditEvent(Box, "test", "of the future"), Cancel);
        var all = new[] { tables.Boxes, tables.Instances, tables.Volumes, tables.Events };
        foreach (var table in all)
        {
            await foreach (var row in table.QueryAsync<TableEntity>(r => r.RowKey.CompareTo("\"") > 0, cancellationToken: Cancel))
            {
                Assert.Equal(table == tables.Boxes ? BoxRow.CurrentSchemaVersion : 1, row.GetInt32("SchemaVersion"));
                await table.UpdateEntityAsync(
                    new TableEntity(row.PartitionKey, row.RowKey) { ["SchemaVersion"] = 99 },
                    row.ETag,
                    cancellationToken: Cancel
                );
            }
        }

        Func<Task>[] reads =
        [
            () => boxes.FindAsync(Box, Cancel),
            () => boxes.ListAsync(Box.UserId, Cancel).ToListAsync(Cancel).AsTask(),
            () => boxes.ListPageAsync(null, 10, Cancel),
            () => boxes.DecideConnectAsync(Box, new ConnectCommand("op", "session", "key"), Cancel),
            () => instances.FindAsync("vm-1", Cancel),
            () => instances.CountAsync(Cancel),
            () => instances.ListRangeAsync("", null, Cancel).ToListAsync(Cancel).AsTask(),
            () => instances.TryClaimAsync("vm-1", new BoxOperation(Box, "op", new Epoch(1)), "vol-1", Cancel),
            () => volumes.FindAsync("vol-1", Cancel),
            () => volumes.ListRangeAsync("", null, Cancel).ToListAsync(Cancel).AsTask(),
            () => volumes.RecordAttachmentAsync("vol-1", "vm-1", new Epoch(1), Cancel),
            () => events.ReadAsync(Box, Cancel).ToListAsync(Cancel).AsTask(),
            () => events.FindAsync(new EventQuery(Box, null, null, null, null, 10), Cancel),
        ];
        foreach (var read in reads)
        {
            var refused = await Assert.ThrowsAsync<InvalidOperationException>(read);
            Assert.Matches(
                @"^The (Box|Instance|Volume|Event)Row .+/.+ has schema version 99; this version of Shellbox knows [12] and below\.$",
                refused.Message
            );
        }

        foreach (var table in all)
        {
            await foreach (var row in table.QueryAsync<TableEntity>(r => r.RowKey.CompareTo("\"") > 0, cancellationToken: Cancel))
                Assert.Equal(99, row.GetInt32("SchemaVersion"));
        }
    }

    [Fact]
    public void A_row_of_an_older_version_is_upgraded_when_it_is_read()
    {
        var row = new OldRow
        {
            PartitionKey = "p",
            RowKey = "r",
            SchemaVersion = 1,
            Name = "of version 1",
        };

        Assert.Same(row, row.Known());

        Assert.Equal((3, "of version 1, upgraded from 1"), (row.SchemaVersion, row.Name));
        Assert.Equal("of version 1, upgraded from 1", row.Known().Name);
    }

    private sealed class OldRow : IVersionedRow
    {
        static int IVersionedRow.Newest => 3;

        public required string PartitionKey { get; set; }
        public required string RowKey { get; set; }
        public DateTimeOffset? Timestamp { get; set; }
        public global::Azure.ETag ETag { get; set; }
        public int SchemaVersion { get; set; }
        public required string Name { get; set; }

        void IVersionedRow.Upgrade() => Name += $", upgraded from {SchemaVersion}";
    }
}
