using System.Globalization;
using Azure.Data.Tables;
using Shellbox.Activities.Azure;
using Shellbox.Activities.State;
using Shellbox.AzureSimulator.Fleets;
using FleetDisk = Shellbox.AzureSimulator.Fleets.FleetDisk;
using FleetVirtualMachine = Shellbox.AzureSimulator.Fleets.FleetVirtualMachine;

namespace Shellbox.Benchmarks.Reconcile;

/// <summary>
/// A fleet whose tables, tags and resources agree: half of it instances, half volumes with a box each, one in ten attached and running.
/// Users have five boxes.
/// </summary>
internal sealed class ReconcileFleet(int resources, string subscriptionId, string resourceGroup)
{
    private const int BoxesPerUser = 5;
    private const int RunningShare = 10;

    /// <summary>A transaction has at most 100 rows, all of one partition.</summary>
    private const int Batch = 100;

    private readonly DateTimeOffset _now = TimeProvider.System.GetUtcNow();

    private int Pairs => resources / 2;

    public FleetDescription Describe() =>
        new()
        {
            VirtualMachines =
            [
                .. Enumerable
                    .Range(0, Pairs)
                    .Select(n => new FleetVirtualMachine
                    {
                        Name = Vm(n),
                        Tags = ShellboxTags.Of(Instance(n)),
                        DataDisks = Runs(n) ? new Dictionary<int, string> { [0] = Volume(n) } : new Dictionary<int, string>(),
                    }),
            ],
            Disks =
            [
                .. Enumerable
                    .Range(0, Pairs)
                    .Select(n => new FleetDisk { Name = Volume(n), Tags = ShellboxTags.Of(VolumeRowOf(n), BoxRowOf(n)) }),
            ],
        };

    public async Task WriteTablesAsync(string storage, CancellationToken cancellationToken)
    {
        var tables = new StateTables(new TableServiceClient(storage));
        await tables.CreateIfMissingAsync(cancellationToken);
        var all = Enumerable.Range(0, Pairs).ToList();
        await WriteAsync(tables.Instances, all.Select(Instance), cancellationToken);
        await WriteAsync(tables.Volumes, all.Select(VolumeRowOf), cancellationToken);
        await WriteAsync(tables.Boxes, all.Select(BoxRowOf), cancellationToken);
    }

    private static async Task WriteAsync<T>(TableClient table, IEnumerable<T> rows, CancellationToken cancellationToken)
        where T : ITableEntity
    {
        var batches = rows.GroupBy(r => r.PartitionKey).SelectMany(g => g.Chunk(Batch));
        await Parallel.ForEachAsync(
            batches,
            new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = cancellationToken },
            async (batch, token) =>
                await table.SubmitTransactionAsync(batch.Select(r => new TableTransactionAction(TableTransactionActionType.Add, r)), token)
        );
    }

    private InstanceRow Instance(int n) =>
        new()
        {
            PartitionKey = Shard.Of(Vm(n)),
            RowKey = Vm(n),
            State = Runs(n) ? InstanceState.Claimed : InstanceState.Free,
            Since = _now,
            LastSeen = _now,
            ResourceId = Id("Microsoft.Compute/virtualMachines", Vm(n)),
            Address = "127.0.0.1",
            HostKeyFingerprint = new string('A', 43),
            UserId = Runs(n) ? Key(n).UserId : null,
            BoxName = Runs(n) ? Key(n).BoxName : null,
            VolumeId = Runs(n) ? Volume(n) : null,
            OperationId = Runs(n) ? "connect-bench" : null,
            EpochNumber = Runs(n) ? 1 : 0,
        };

    private VolumeRow VolumeRowOf(int n) =>
        new()
        {
            PartitionKey = Shard.Of(Volume(n)),
            RowKey = Volume(n),
            ResourceId = Id("Microsoft.Compute/disks", Volume(n)),
            UserId = Key(n).UserId,
            BoxName = Key(n).BoxName,
            AttachedTo = Runs(n) ? Vm(n) : null,
            EpochNumber = Runs(n) ? 1 : 0,
        };

    private BoxRow BoxRowOf(int n) =>
        new()
        {
            PartitionKey = Key(n).UserId,
            RowKey = Key(n).BoxName,
            State = Runs(n) ? BoxState.Running : BoxState.Stopped,
            Since = _now,
            LastUsed = _now,
            VolumeId = Volume(n),
            InstanceId = Runs(n) ? Vm(n) : null,
            Lun = Runs(n) ? 0 : null,
            OperationId = Runs(n) ? "connect-bench" : null,
            EpochNumber = Runs(n) ? 1 : 0,
        };

    private string Id(string type, string name) =>
        $"/subscriptions/{subscriptionId}/resourceGroups/{resourceGroup}/providers/{type}/{name}";

    private static bool Runs(int n) => n % RunningShare == 0;

    private static string Vm(int n) => string.Create(CultureInfo.InvariantCulture, $"vm-{n:d6}");

    private static string Volume(int n) => string.Create(CultureInfo.InvariantCulture, $"vol-{n:d6}");

    private static BoxKey Key(int n) =>
        new(
            (n / BoxesPerUser).ToString("x32", CultureInfo.InvariantCulture),
            string.Create(CultureInfo.InvariantCulture, $"box{n % BoxesPerUser}")
        );
}
