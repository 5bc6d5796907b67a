using Azure.Data.Tables;
using Microsoft.Extensions.Logging.Abstractions;
using Shellbox.Activities.Audit;
using Shellbox.Activities.Operations;
using Shellbox.Activities.State;
using Shellbox.Tests.Fixtures;
using Xunit;

namespace Shellbox.Tests.State;

public sealed class InstanceStoreTests(AzuriteFixture azurite)
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Of_many_that_claim_at_once_each_instance_goes_to_one()
    {
        var store = await CreateAsync(instances: 6);

        var claims = await Task.WhenAll(
            Enumerable
                .Range(0, 20)
                .Select(async n =>
                {
                    foreach (var candidate in await store.FindFreeAsync(Cancel))
                    {
                        if (
                            await store.TryClaimAsync(candidate, new BoxOperation(Box(n), $"op{n}", new Epoch(1)), "vol", Cancel) is { } row
                        )
                            return row.Id;
                    }

                    return null;
                })
        );

        var taken = claims.OfType<string>().ToList();
        Assert.Equal(taken.Distinct().Count(), taken.Count);
        var counts = await store.CountAsync(Cancel);
        Assert.Equal(taken.Count, counts[InstanceState.Claimed]);
        Assert.Equal(6 - taken.Count, counts[InstanceState.Free]);
    }

    [Fact]
    public async Task Every_free_instance_is_found_until_none_is_left()
    {
        var store = await CreateAsync(instances: 9);
        var taken = new HashSet<string>();

        while (await store.FindFreeAsync(Cancel) is { Count: > 0 } candidates)
        {
            var row = await store.TryClaimAsync(candidates[0], new BoxOperation(Box(taken.Count), "op", new Epoch(1)), "vol", Cancel);
            Assert.NotNull(row);
            taken.Add(row.Id);
        }

        Assert.Equal(9, taken.Count);
    }

    [Fact]
    public async Task A_second_run_of_the_same_operation_gets_the_same_claim_and_an_older_epoch_none()
    {
        var store = await CreateAsync(instances: 1);
        await store.TryClaimAsync("vm-0", new BoxOperation(Box(1), "op", new Epoch(2)), "vol", Cancel);
        var claimed = await store.FindAsync("vm-0", Cancel);

        var again = await store.TryClaimAsync("vm-0", new BoxOperation(Box(1), "op", new Epoch(2)), "vol", Cancel);
        var late = await store.TryClaimAsync("vm-0", new BoxOperation(Box(1), "old", new Epoch(1)), "vol", Cancel);
        var other = await store.TryClaimAsync("vm-0", new BoxOperation(Box(2), "op2", new Epoch(9)), "vol2", Cancel);

        Assert.Equal(claimed!.ETag, again!.ETag);
        Assert.Null(late);
        Assert.Null(other);
    }

    [Fact]
    public async Task Only_its_box_frees_an_instance_and_only_by_an_epoch_that_is_not_older()
    {
        var store = await CreateAsync(instances: 1);
        await store.TryClaimAsync("vm-0", new BoxOperation(Box(1), "op", new Epoch(5)), "vol", Cancel);

        Assert.False(await store.TryFreeAsync("vm-0", new BoxOperation(Box(2), "op", new Epoch(9)), Cancel));
        Assert.False(await store.TryFreeAsync("vm-0", new BoxOperation(Box(1), "op", new Epoch(4)), Cancel));
        Assert.True(await store.TryFreeAsync("vm-0", new BoxOperation(Box(1), "op", new Epoch(6)), Cancel));
        Assert.Equal(["vm-0"], await store.FindFreeAsync(Cancel));
    }

    [Fact]
    public async Task A_quarantined_instance_is_given_to_nobody()
    {
        var store = await CreateAsync(instances: 1);
        await store.TryClaimAsync("vm-0", new BoxOperation(Box(1), "op", new Epoch(1)), "vol", Cancel);

        Assert.True(await store.TryQuarantineAsync("vm-0", new BoxOperation(Box(1), "op", new Epoch(1)), "does not answer", Cancel));

        Assert.Empty(await store.FindFreeAsync(Cancel));
        Assert.Null(await store.TryClaimAsync("vm-0", new BoxOperation(Box(2), "op2", new Epoch(1)), "vol", Cancel));
    }

    [Fact]
    public async Task Of_claims_and_removals_at_once_each_instance_goes_to_one()
    {
        var store = await CreateAsync(instances: 8);

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 8).SelectMany(n => (Task<bool>[])[ClaimAsync(n), RemoveAsync(n)]));

        for (var n = 0; n < 8; n++)
            Assert.True(outcomes[2 * n] ^ outcomes[(2 * n) + 1], $"vm-{n}: {outcomes[2 * n]}, {outcomes[(2 * n) + 1]}");
        Assert.Empty(await store.FindFreeAsync(Cancel));

        async Task<bool> ClaimAsync(int n) =>
            await store.TryClaimAsync($"vm-{n}", new BoxOperation(Box(n), $"op{n}", new Epoch(1)), "vol", Cancel) is not null;
        async Task<bool> RemoveAsync(int n) => await store.TryBeginRemovalAsync($"vm-{n}", $"remove{n}", null, Cancel) is not null;
    }

    [Fact]
    public async Task A_created_instance_is_claimed_only_once_it_is_registered_and_a_removed_one_leaves_no_row()
    {
        var store = await CreateAsync(instances: 1);
        await store.TryClaimAsync("vm-0", new BoxOperation(Box(0), "op0", new Epoch(1)), "vol", Cancel);

        Assert.True(await store.TryReserveAsync("vm-new", "/vm-new", "create", Cancel));
        Assert.True(await store.TryReserveAsync("vm-new", "/vm-new", "create", Cancel));
        Assert.False(await store.TryReserveAsync("vm-new", "/vm-new", "create-another", Cancel));
        Assert.Empty(await store.FindFreeAsync(Cancel));
        Assert.Null(await store.TryClaimAsync("vm-new", new BoxOperation(Box(1), "op", new Epoch(1)), "vol", Cancel));
        Assert.Null(await store.TryBeginRemovalAsync("vm-new", "remove", null, Cancel));

        Assert.False(await store.TryCompleteCreationAsync("vm-new", "create-another", "127.0.0.2", "fingerprint", Cancel));
        Assert.True(await store.TryCompleteCreationAsync("vm-new", "create", "127.0.0.2", "fingerprint", Cancel));
        Assert.True(await store.TryCompleteCreationAsync("vm-new", "create", "127.0.0.2", "fingerprint", Cancel));
        Assert.Equal(["vm-new"], await store.FindFreeAsync(Cancel));

        Assert.NotNull(await store.TryBeginRemovalAsync("vm-new", "remove", null, Cancel));
        Assert.NotNull(await store.TryBeginRemovalAsync("vm-new", "remove", null, Cancel));
        Assert.Null(await store.TryBeginRemovalAsync("vm-new", "remove-again", null, Cancel));
        Assert.NotNull(await store.TryBeginRemovalAsync("vm-new", "remove-again", "remove", Cancel));
        await store.EndRemovalAsync("vm-new", "remove", null, Cancel);
        Assert.NotNull(await store.FindAsync("vm-new", Cancel));
        await store.EndRemovalAsync("vm-new", "remove-again", null, Cancel);
        Assert.Null(await store.FindAsync("vm-new", Cancel));
    }

    [Fact]
    public async Task A_failed_start_counts_once_an_operation_and_a_good_one_wipes_the_slate()
    {
        var store = await CreateAsync(instances: 1);

        Assert.Equal(1, await FailAsync(1));
        Assert.Equal(1, await FailAsync(1));
        Assert.Equal(2, await FailAsync(2));
        await store.ForgetFailuresAsync("vm-0", Cancel);
        Assert.Equal(1, await FailAsync(3));

        // Reported late, when the instance is no longer the operation's.
        Assert.Equal(0, await CountAsync(2));
        Assert.Equal(1, (await store.FindAsync("vm-0", Cancel))!.Failures);

        async Task<int> FailAsync(long epoch)
        {
            Assert.NotNull(await store.TryClaimAsync("vm-0", new BoxOperation(Box(1), $"op{epoch}", new Epoch(epoch)), "vol", Cancel));
            return await CountAsync(epoch);
        }

        Task<int> CountAsync(long epoch) =>
            store.CountFailureAsync("vm-0", new BoxOperation(Box(1).UserId, Box(1).BoxName, $"op{epoch}", new Epoch(epoch)), Cancel);
    }

    private static BoxKey Box(int number) => new(new string('0', 32), $"box{number}");

    private async Task<InstanceStore> CreateAsync(int instances)
    {
        var tables = new StateTables(new TableServiceClient(azurite.ConnectionString));
        await tables.CreateIfMissingAsync(Cancel);
        var store = new InstanceStore(
            tables,
            TimeProvider.System,
            new EventLog(tables, TimeProvider.System, NullLogger<EventLog>.Instance)
        );
        for (var i = 0; i < instances; i++)
            Assert.True(await store.TryAddAsync($"vm-{i}", $"/vm-{i}", "127.0.0.1", "fingerprint", Cancel));
        Assert.False(await store.TryAddAsync("vm-0", "/vm-0", "127.0.0.1", "fingerprint", Cancel));
        return store;
    }
}
