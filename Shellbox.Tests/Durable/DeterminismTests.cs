using Shellbox.LocalCloud;
using Shellbox.Tests.Fixtures;
using Xunit;

namespace Shellbox.Tests.Durable;

/// <summary>What a replay sees, and what comes of a replay that goes another way.</summary>
public sealed class DeterminismTests(AzuriteFixture azurite)
{
    [Theory, EachProvider]
    public async Task Guids_differ_and_are_the_same_on_each_replay(DurableStorage provider)
    {
        var app = await azurite.AppOnAsync(provider);
        var (one, other) = (await app.BeginAsync("MakesGuids"), await app.BeginAsync("MakesGuids"));
        var (ofOne, ofOther) = ((await app.EndAsync(one))["output"]!.AsArray(), (await app.EndAsync(other))["output"]!.AsArray());

        var guids = ofOne.Concat(ofOther).Select(g => (string)g!).ToList();

        Assert.Equal(6, guids.Distinct().Count());
        Assert.Equal(guids.Order(), app.Lines("seen-" + one).Concat(app.Lines("seen-" + other)).Distinct().Order());
    }

    [Theory, EachProvider]
    public async Task The_time_is_that_of_the_turn_and_the_same_on_each_replay(DurableStorage provider)
    {
        var app = await azurite.AppOnAsync(provider);
        var id = await app.BeginAsync("ReadsClock");

        var times = (await app.EndAsync(id))["output"]!.AsArray().Select(t => (DateTime)t!).ToList();

        Assert.Equal(times.Order(), times);
        Assert.Equal(times[0], times[1]);
        Assert.Equal(times.Distinct().Count(), app.Lines("seen-" + id).Distinct().Count());
    }

    [Theory, EachProvider]
    public async Task Each_point_is_passed_exactly_once_without_replaying(DurableStorage provider)
    {
        var app = await azurite.AppOnAsync(provider);
        var id = await app.BeginAsync("PassesPoints");

        await app.UntilStatusAsync(id, "Completed");

        Assert.Equal(["0 new", "1 new", "2 new", "3 new"], app.Lines("seen-" + id).Where(l => l.EndsWith("new", StringComparison.Ordinal)));
    }

    [Theory]
    [EachProvider("ChangesActivity")]
    [EachProvider("ChangesToTimer")]
    [EachProvider("ReturnsEarly")]
    public async Task A_replay_that_goes_another_way_fails_the_instance(DurableStorage provider, string orchestrator)
    {
        var app = await azurite.AppOnAsync(provider);
        var id = await app.BeginAsync(orchestrator);
        await app.UntilCustomStatusAsync(id, "waits");

        app.Open("change-" + id);
        await app.RaiseAsync(id, "Go");

        var end = await app.EndAsync(id);
        Assert.Equal("Failed", (string)end["runtimeStatus"]!);
        Assert.Contains("Non-Deterministic workflow detected", end["output"]!.ToString(), StringComparison.Ordinal);
    }
}
