using Shellbox.Activities.State;
using Xunit;

namespace Shellbox.Tests.State;

public sealed class TransitionTests
{
    [Fact]
    public void Every_box_state_has_a_way_on() =>
        Assert.All(Enum.GetValues<BoxState>(), state => Assert.NotEmpty(BoxTransitions.From(state)));

    [Fact]
    public void Every_instance_state_has_a_way_on() =>
        Assert.All(Enum.GetValues<InstanceState>(), state => Assert.NotEmpty(InstanceTransitions.From(state)));

    [Fact]
    public void Every_volume_state_has_a_way_on() =>
        Assert.All(Enum.GetValues<VolumeState>(), state => Assert.NotEmpty(VolumeTransitions.From(state)));

    [Fact]
    public void A_box_gets_back_to_stopped_from_every_state_but_that_of_its_end() =>
        Assert.All(Enum.GetValues<BoxState>(), from => Assert.Equal(from is not BoxState.Deleting, Reaches(from, BoxState.Stopped)));

    [Fact]
    public void A_box_can_be_deleted_in_every_state_but_while_it_is_being_given_away() =>
        Assert.All(
            Enum.GetValues<BoxState>(),
            from => Assert.Equal(from is not BoxState.Given, BoxTransitions.From(from).Contains(BoxState.Deleting))
        );

    [Fact]
    public void A_volume_that_is_being_deleted_does_not_come_back() =>
        Assert.Equal([VolumeState.Deleting], VolumeTransitions.From(VolumeState.Deleting));

    [Fact]
    public void A_box_does_not_run_without_having_been_connected() =>
        Assert.Throws<InvalidOperationException>(() => BoxTransitions.Require(BoxState.Stopped, BoxState.Running));

    [Fact]
    public void A_quarantined_instance_is_not_claimed() =>
        Assert.Throws<InvalidOperationException>(() => InstanceTransitions.Require(InstanceState.Quarantined, InstanceState.Claimed));

    private static bool Reaches(BoxState from, BoxState goal)
    {
        var seen = new HashSet<BoxState> { from };
        var open = new Queue<BoxState>(seen);
        while (open.TryDequeue(out var state))
        {
            if (state == goal)
                return true;
            foreach (var next in BoxTransitions.From(state).Where(seen.Add))
                open.Enqueue(next);
        }

        return false;
    }
}
