using Azure.Data.Tables;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Shellbox.Activities.Audit;
using Shellbox.Activities.Pool;
using Shellbox.Activities.State;
using Shellbox.Tests.Fixtures;
using Xunit;

namespace Shellbox.Tests.Pool;

public sealed class PoolStoreTests(AzuriteFixture azurite)
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Hours_are_counted_by_state_and_day_and_no_moment_twice()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 11, 24, 23, 0, 0, TimeSpan.Zero));
        var (store, _) = await CreateAsync(time);
        var counts = new Dictionary<string, int>
        {
            ["instances_free"] = 2,
            ["instances_claimed"] = 0,
            ["volumes_blank"] = 5,
        };

        await store.SampleAsync(counts, Cancel);
        Assert.Empty(await store.ReadCostAsync(7, Cancel));
        time.Advance(TimeSpan.FromHours(3));
        await store.SampleAsync(counts, Cancel);
        await store.SampleAsync(counts, Cancel);
        time.Advance(TimeSpan.FromMinutes(30));
        await store.SampleAsync(new Dictionary<string, int> { ["instances_free"] = 1, ["instances_claimed"] = 1 }, Cancel);

        var days = await store.ReadCostAsync(7, Cancel);
        Assert.Equal(["2026-11-24", "2026-11-25"], days.Select(d => d.Day));
        Assert.Equal((2, 5), (days[0].Hours["instances_free"], days[0].Hours["volumes_blank"]));
        Assert.Equal((4.5, 0.5, 10), (days[1].Hours["instances_free"], days[1].Hours["instances_claimed"], days[1].Hours["volumes_blank"]));
        Assert.Equal(["2026-11-25"], (await store.ReadCostAsync(1, Cancel)).Select(d => d.Day));
    }

    [Fact]
    public async Task Of_samples_at_once_one_counts()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 11, 25, 10, 0, 0, TimeSpan.Zero));
        var (store, _) = await CreateAsync(time);
        var counts = new Dictionary<string, int> { ["instances_free"] = 1 };
        await store.SampleAsync(counts, Cancel);
        time.Advance(TimeSpan.FromHours(1));

        await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => store.SampleAsync(counts, Cancel)));

        Assert.Equal(1, Assert.Single(await store.ReadCostAsync(1, Cancel)).Hours["instances_free"]);
    }

    [Fact]
    public async Task The_pools_own_rows_are_no_instances_and_a_pause_keeps_its_time()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 11, 25, 10, 0, 0, TimeSpan.Zero));
        var (store, instances) = await CreateAsync(time);
        await store.SampleAsync(new Dictionary<string, int>(), Cancel);
        time.Advance(TimeSpan.FromHours(1));
        await store.SampleAsync(new Dictionary<string, int> { ["instances_free"] = 1 }, Cancel);

        var first = await store.PauseAsync(true, "a look at the quota", Cancel);
        time.Advance(TimeSpan.FromHours(1));
        var second = await store.PauseAsync(true, "still", Cancel);

        Assert.Empty(await instances.ListAllAsync(Cancel).ToListAsync(Cancel));
        Assert.Equal((first.PausedAt, "still"), (second.PausedAt, (await store.ReadAsync(Cancel)).PausedReason));
        Assert.Equal(
            (false, null, null),
            await store.PauseAsync(false, null, Cancel) is var row ? (row.Paused, row.PausedReason, row.PausedAt) : default
        );
    }

    private async Task<(PoolStore Store, InstanceStore Instances)> CreateAsync(TimeProvider time)
    {
        var tables = new StateTables(new TableServiceClient(azurite.ConnectionString));
        await tables.CreateIfMissingAsync(Cancel);
        return (
            new PoolStore(tables, time),
            new InstanceStore(tables, time, new EventLog(tables, TimeProvider.System, NullLogger<EventLog>.Instance))
        );
    }
}
