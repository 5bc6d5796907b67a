using Shellbox.Activities.Pool;
using Shellbox.Activities.State;
using Xunit;

namespace Shellbox.Tests.Pool;

public sealed class PoolPlanTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 25, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(0, 0, 0, 3)]
    [InlineData(1, 1, 0, 1)]
    [InlineData(3, 0, 0, 0)]
    [InlineData(0, 0, 50, 5)] // A tenth of the boxes in use is kept free.
    [InlineData(0, 0, 200, 6)] // Not more than the maximum, whatever is in use.
    [InlineData(1, 4, 50, 0)]
    public void What_is_missing_from_the_minimum_or_from_the_demand_is_created(int free, int creating, int inUse, int create)
    {
        var plan = PoolPlan.Decide(
            Snapshot([.. Many(InstanceState.Free, free), .. Many(InstanceState.Creating, creating), .. Many(InstanceState.Claimed, inUse)]),
            Options()
        );

        Assert.Equal(create, plan.CreateInstances);
        Assert.Empty(plan.RemoveInstances);
    }

    [Fact]
    public void Blank_boxes_are_no_demand()
    {
        var blank = Many(InstanceState.Claimed, 50).Select(i => i with { HoldsBlankBox = true });

        Assert.Equal(3, PoolPlan.Decide(Snapshot([.. blank]), Options()).CreateInstances);
    }

    [Fact]
    public void Quarantined_instances_count_to_the_total_and_not_as_free()
    {
        var options = Options() with
        {
            FreeInstances = new PoolBounds
            {
                Minimum = 3,
                Maximum = 6,
                Total = 6,
            },
        };

        var plan = PoolPlan.Decide(Snapshot([.. Many(InstanceState.Quarantined, 4)]), options);
        var full = PoolPlan.Decide(Snapshot([.. Many(InstanceState.Quarantined, 6)]), options);

        Assert.Equal(2, plan.CreateInstances);
        Assert.Equal(0, full.CreateInstances);
        Assert.Contains("all the 6 instances", full.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Not_more_than_so_many_are_created_at_once()
    {
        var options = Options() with { MaxCreatesAtOnce = 2 };

        Assert.Equal(2, PoolPlan.Decide(Snapshot([]), options).CreateInstances);
        Assert.Equal(1, PoolPlan.Decide(Snapshot([.. Many(InstanceState.Creating, 1)]), options).CreateInstances);
        Assert.Equal(0, PoolPlan.Decide(Snapshot([.. Many(InstanceState.Creating, 2)]), options).CreateInstances);
    }

    [Fact]
    public void The_oldest_go_when_there_have_been_too_many_for_the_whole_cool_down()
    {
        var free = Many(InstanceState.Free, 8).Select((i, n) => i with { Id = $"vm-{n}", CreatedAt = Now.AddHours(-n) }).ToArray();
        var options = Options();

        var first = PoolPlan.Decide(Snapshot(free), options);
        var early = PoolPlan.Decide(Snapshot(free, new PoolRow { SurplusSince = Now.AddMinutes(-9) }), options);
        var due = PoolPlan.Decide(Snapshot(free, new PoolRow { SurplusSince = Now.AddMinutes(-10) }), options);
        var over = PoolPlan.Decide(Snapshot(free[..6], new PoolRow { SurplusSince = Now.AddMinutes(-10) }), options);

        Assert.Equal((0, Now), (first.RemoveInstances.Count, first.SurplusSince));
        Assert.Equal((0, Now.AddMinutes(-9)), (early.RemoveInstances.Count, early.SurplusSince));
        Assert.Equal(["vm-7", "vm-6"], due.RemoveInstances.Select(r => r.InstanceId));
        Assert.Equal((0, null), (over.RemoveInstances.Count, over.SurplusSince));
    }

    [Fact]
    public void Only_free_instances_and_those_that_were_quarantined_long_enough_are_removed()
    {
        PoolInstance[] all =
        [
            .. Many(InstanceState.Claimed, 30),
            new("vm-recent", InstanceState.Quarantined, Now.AddHours(-23), Now.AddDays(-9)),
            new("vm-spent", InstanceState.Quarantined, Now.AddHours(-24), Now.AddDays(-9)),
        ];

        var plan = PoolPlan.Decide(Snapshot(all, new PoolRow { SurplusSince = Now.AddDays(-1) }), Options());

        Assert.Equal(["vm-spent"], plan.RemoveInstances.Select(r => r.InstanceId));
    }

    [Fact]
    public void What_stopped_halfway_is_removed_and_made_up_for()
    {
        var plan = PoolPlan.Decide(
            Snapshot([
                new("vm-half", InstanceState.Creating, Now.AddHours(-1), Now.AddHours(-1), AbandonedBy: "create-vm-half"),
                .. Many(InstanceState.Free, 2),
            ]),
            Options()
        );

        Assert.Equal(new PoolRemoval("vm-half", "create-vm-half", "Its creation stopped halfway."), Assert.Single(plan.RemoveInstances));
        Assert.Equal(1, plan.CreateInstances);
    }

    [Fact]
    public void After_a_failure_nothing_is_created_until_it_is_time()
    {
        var waits = PoolPlan.Decide(Snapshot([], new PoolRow { RetryAt = Now.AddSeconds(1), LastFailure = "no quota" }), Options());
        var again = PoolPlan.Decide(Snapshot([], new PoolRow { RetryAt = Now }), Options());

        Assert.Equal(0, waits.CreateInstances);
        Assert.Contains("no quota", waits.Detail, StringComparison.Ordinal);
        Assert.Equal(3, again.CreateInstances);
    }

    [Fact]
    public void A_paused_pool_does_nothing_and_one_without_a_template_only_clears_up_what_stopped_halfway()
    {
        PoolInstance[] all =
        [
            new("vm-half", InstanceState.Removing, Now.AddHours(-1), Now.AddHours(-1), AbandonedBy: "remove"),
            .. Many(InstanceState.Free, 20),
        ];
        var control = new PoolRow { SurplusSince = Now.AddDays(-1) };

        var paused = PoolPlan.Decide(Snapshot(all, new PoolRow { SurplusSince = Now.AddDays(-1), Paused = true }), Options());
        var off = PoolPlan.Decide(Snapshot(all, control), Options() with { Instance = new PoolInstanceOptions() });
        var emptyAndOff = PoolPlan.Decide(Snapshot([]), Options() with { Instance = new PoolInstanceOptions() });

        Assert.Equal((0, 0), (paused.CreateInstances, paused.RemoveInstances.Count));
        Assert.Equal("vm-half", Assert.Single(off.RemoveInstances).InstanceId);
        Assert.Equal(0, emptyAndOff.CreateInstances);
        Assert.Contains("template", emptyAndOff.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_message_asked_for_is_kept_for_its_time_and_no_longer()
    {
        var free = Many(InstanceState.Free, 4).ToArray();

        var wanted = PoolPlan.Decide(Snapshot(free, new PoolRow { WantedInstances = 9, WantedUntil = Now.AddMinutes(1) }), Options());
        var over = PoolPlan.Decide(Snapshot(free, new PoolRow { WantedInstances = 9, WantedUntil = Now }), Options());

        Assert.Equal(5, wanted.CreateInstances);
        Assert.Equal(0, over.CreateInstances);
    }

    [Fact]
    public void Blank_volumes_are_kept_between_their_minimum_and_maximum_and_the_total()
    {
        var options = Options() with
        {
            BlankVolumes = new PoolBounds
            {
                Minimum = 3,
                Maximum = 5,
                Total = 20,
            },
            Volume = new PoolVolumeOptions { GoldenSnapshotId = "/golden" },
            MaxCreatesAtOnce = 2,
        };

        PoolPlan Decide(int total, int blank, PoolRow? control = null, string[]? half = null) =>
            PoolPlan.Decide(
                Snapshot([], control) with
                {
                    Volumes = new PoolVolumes(total, [.. Enumerable.Range(0, blank).Select(n => $"vol-{n}")], half ?? []),
                },
                options
            );

        Assert.Equal(2, Decide(10, 0).CreateVolumes);
        Assert.Equal(1, Decide(10, 2).CreateVolumes);
        Assert.Equal(0, Decide(20, 0).CreateVolumes);
        Assert.Equal(1, Decide(19, 0).CreateVolumes);
        Assert.Equal(0, Decide(10, 0, new PoolRow { VolumeRetryAt = Now.AddSeconds(1) }).CreateVolumes);
        Assert.Equal(Now, Decide(10, 7).VolumeSurplusSince);
        Assert.Empty(Decide(10, 7).RemoveVolumes);
        Assert.Equal(["vol-0", "vol-1"], Decide(10, 7, new PoolRow { VolumeSurplusSince = Now.AddMinutes(-10) }).RemoveVolumes);
        Assert.Equal(["vol-half"], Decide(10, 4, half: ["vol-half"]).RemoveVolumes);
        Assert.Equal(0, PoolPlan.Decide(Snapshot([]), options with { Volume = new PoolVolumeOptions() }).CreateVolumes);
    }

    [Fact]
    public void Blank_boxes_are_started_on_free_instances_and_those_whose_time_was_over_come_first()
    {
        var options = Options() with { BlankBoxes = 3 };
        PoolBlankBox[] boxes =
        [
            new("blank-held", BoxState.Held, Now.AddHours(-1)),
            new("blank-rested", BoxState.Stopped, Now.AddMinutes(-1)),
            new("blank-given", BoxState.Given, Now),
        ];
        var snapshot = Snapshot([.. Many(InstanceState.Free, 3)]) with
        {
            BlankBoxes = boxes,
            Volumes = new PoolVolumes(9, ["vol-1", "vol-2"], []),
        };

        var plan = PoolPlan.Decide(snapshot, options);
        var crowded = PoolPlan.Decide(snapshot with { Instances = [.. Many(InstanceState.Free, 1)] }, options);
        var off = PoolPlan.Decide(snapshot, options with { Instance = new PoolInstanceOptions() });

        Assert.Equal(["blank-rested"], plan.RenewBlankBoxes);
        Assert.Equal((1, 2), (plan.NewBlankBoxes, plan.CreateInstances));
        Assert.Equal((1, 0, 4), (crowded.RenewBlankBoxes.Count, crowded.NewBlankBoxes, crowded.CreateInstances));
        Assert.Equal((0, 0), (off.RenewBlankBoxes.Count, off.NewBlankBoxes));
    }

    [Fact]
    public void A_blank_box_that_has_just_stopped_rests_and_one_that_is_not_wanted_is_retired()
    {
        PoolBlankBox[] boxes =
        [
            new("blank-just", BoxState.Stopped, Now.AddSeconds(-59)),
            new("blank-rested", BoxState.Stopped, Now.AddHours(-1)),
            new("blank-deleted", BoxState.Deleting, Now),
        ];
        var snapshot = Snapshot([.. Many(InstanceState.Free, 3)]) with { BlankBoxes = boxes, Volumes = new PoolVolumes(9, ["vol-1"], []) };

        var one = PoolPlan.Decide(snapshot, Options() with { BlankBoxes = 1 });

        Assert.Equal((0, 0), (one.RenewBlankBoxes.Count, one.NewBlankBoxes));
        Assert.Equal(["blank-rested"], one.RetireBlankBoxes);
    }

    private static PoolOptions Options() =>
        new()
        {
            FreeInstances = new PoolBounds
            {
                Minimum = 3,
                Maximum = 6,
                Total = 1000,
            },
            BlankBoxes = 0,
            Instance = new PoolInstanceOptions { Size = "Standard_D4s_v5" },
        };

    private static PoolSnapshot Snapshot(PoolInstance[] instances, PoolRow? control = null) =>
        new(Now, control ?? new PoolRow(), instances);

    private static IEnumerable<PoolInstance> Many(InstanceState state, int count) =>
        Enumerable.Range(0, count).Select(n => new PoolInstance($"vm-{state}-{n}", state, Now.AddHours(-1), Now.AddHours(-1)));
}
