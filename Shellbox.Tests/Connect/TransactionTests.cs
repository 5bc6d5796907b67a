using Shellbox.Tests.Fixtures;
using Xunit;

namespace Shellbox.Tests.Connect;

/// <summary>
/// What operations cost in table transactions (docs/architecture.md has the figures). A change here is a change of cost for every connect:
/// it is meant to be noticed.
/// </summary>
public sealed class TransactionTests(AzuriteFixture azurite)
{
    [Fact]
    public async Task Operations_take_as_many_table_transactions_as_are_documented()
    {
        await using var cloud = await TestCloud.With(azurite).TimeScale(1000).StartAsync();
        var count = 0;
        var steps = new StepwiseConnect(
            cloud,
            () =>
            {
                Interlocked.Increment(ref count);
                return Task.CompletedTask;
            }
        );

        var cold = await steps.DecideAsync("op-1");
        var decide = Taken();
        var volume = await steps.LookUpAsync(cold);
        var lookUp = Taken();
        var placement = await steps.ClaimAsync(cold);
        var claim = Taken();
        await steps.AttachAsync(cold, placement, volume);
        var attach = Taken();
        await steps.StartAsync(cold);
        var start = Taken();
        await steps.CompleteAsync(cold, placement, volume);
        var complete = Taken();

        await steps.HoldAsync("op-2");
        var hold = Taken();

        var hot = await steps.DecideAsync("op-3");
        await steps.LookUpAsync(hot);
        await steps.ClaimAsync(hot);
        var hotClaim = Taken();
        await steps.StartAsync(hot);
        await steps.CompleteAsync(hot, placement, volume);
        var hotRest = Taken();

        await steps.ReleaseAsync("op-4");
        var release = Taken();

        // Each transition is an event, and each event two inserts; a search for a free instance takes up to two queries a shard.
        Assert.Equal(
            "decide 6, look up 2, attach 4, start 1, complete 7, hold 4, hot connect 18, release 22",
            $"decide {decide}, look up {lookUp}, attach {attach}, start {start}, complete {complete}, hold {hold}, hot connect "
                + $"{hotClaim + hotRest}, release {release}"
        );
        Assert.InRange(claim, 9, 9 + (2 * 4) - 1);

        int Taken() => Interlocked.Exchange(ref count, 0);
    }
}
