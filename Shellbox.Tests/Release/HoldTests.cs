using System.Globalization;
using Azure;
using Azure.Core;
using Azure.ResourceManager.Compute;
using Shellbox.Activities.Azure;
using Shellbox.Activities.State;
using Shellbox.Tests.Fixtures;
using Xunit;

namespace Shellbox.Tests.Release;

/// <summary>
/// What a box goes through when its user leaves: paused in memory, saved on its volume, detached; and what is still there on coming back.
/// </summary>
[Trait(DurableProvider.Trait, DurableProvider.Both)]
public sealed class HoldTests(AzuriteFixture azurite, GuestImageFixture guest)
{
    [Fact]
    public async Task A_held_guest_is_woken_hot_with_its_processes_and_its_clock()
    {
        await using var cloud = await TestCloud.With(azurite).Guest(guest).StartAsync();
        var cold = await cloud.ConnectAsync(expectedTier: "cold");
        var pid = await cloud.SshAsync(cold["endpoint"]!, "sleep 3600 > /dev/null 2>&1 < /dev/null & echo $!");

        var left = await cloud.DisconnectAsync("dev33", hold: null);
        Assert.Equal(("held", 0), ((string)left["state"]!, (int)left["sessions"]!));
        Assert.Equal(1, (int)(await cloud.GetAsync("api/pool"))["instances"]!["claimed"]!);

        var hot = await cloud.ConnectAsync(expectedTier: "hot");
        Assert.Equal("sleep\n", await cloud.SshAsync(hot["endpoint"]!, $"cat /proc/{pid.Trim()}/comm"));
        var clock = long.Parse(await cloud.SshAsync(hot["endpoint"]!, "date +%s"), CultureInfo.InvariantCulture);
        Assert.InRange(
            clock,
            TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() - 60,
            TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() + 60
        );
    }

    [Fact]
    public async Task When_the_hold_ends_the_guest_is_saved_and_the_next_connect_resumes_it_with_its_processes()
    {
        await using var cloud = await TestCloud.With(azurite).Guest(guest).Instances(2).StartAsync();
        var cold = await cloud.ConnectAsync(expectedTier: "cold");
        var pid = await cloud.SshAsync(cold["endpoint"]!, "echo note > /root/note; sleep 3600 > /dev/null 2>&1 < /dev/null & echo $!");

        await cloud.DisconnectAsync("dev33", hold: 0.5);
        await cloud.UntilBoxIsAsync("stopped");
        Assert.Equal(2, (int)(await cloud.GetAsync("api/pool"))["instances"]!["free"]!);

        var again = await cloud.ConnectAsync(expectedTier: "cold");
        Assert.Equal("note\nsleep\n", await cloud.SshAsync(again["endpoint"]!, $"cat /root/note /proc/{pid.Trim()}/comm"));
        Assert.Equal((string)cold["endpoint"]!["hostKey"]!, (string)again["endpoint"]!["hostKey"]!);
    }

    [Fact]
    public async Task A_box_whose_VM_has_vanished_stops_and_the_instance_is_given_to_nobody()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var cloud = await TestCloud.With(azurite).TimeScale(1000).StartAsync();
        var box = await BoxInState.BringAsync(cloud, cloud.Key(), BoxState.Running);
        var instance = (await cloud.Get<InstanceStore>().FindAsync(box.InstanceId!, cancel))!;
        await cloud
            .Get<ArmConnection>()
            .Client.GetVirtualMachineResource(new ResourceIdentifier(instance.ResourceId))
            .DeleteAsync(WaitUntil.Completed, forceDeletion: true, cancellationToken: cancel);

        var left = await cloud.DisconnectAsync();

        Assert.Equal("stopped", (string)left["state"]!);
        Assert.Null((await cloud.Get<VolumeStore>().FindAsync("vol-dev33", cancel))!.AttachedTo);
        Assert.Equal(InstanceState.Quarantined, (await cloud.Get<InstanceStore>().FindAsync(instance.Id, cancel))!.State);
        Assert.True(await cloud.HasDiskAsync("vol-dev33"));
    }

    [Fact]
    public async Task A_guest_whose_state_finds_no_room_on_its_volume_is_shut_down_and_boots_the_next_time()
    {
        await using var cloud = await TestCloud.With(azurite).Guest(guest).StartAsync();
        var cold = await cloud.ConnectAsync(expectedTier: "cold");
        await cloud.SshAsync(cold["endpoint"]!, "echo note > /root/note");
        await FillVolumeAsync(Path.Combine(cloud.Azure.InstanceRoot((string)cold["instanceId"]!)!, "mnt", "shellbox", "vol-dev33"));

        var left = await cloud.DisconnectAsync();
        Assert.Equal("stopped", (string)left["state"]!);

        var again = await cloud.ConnectAsync(expectedTier: "cold");
        Assert.Contains(again["steps"]!.AsArray(), s => (string)s!["name"]! == "boot-guest");
        Assert.Equal("note\n", await cloud.SshAsync(again["endpoint"]!, "cat /root/note"));
    }

    /// <summary>Leaves a few MiB: a guest's memory needs more, the volume's own notes far less.</summary>
    private static async Task FillVolumeAsync(string mountPoint)
    {
        var free = new DriveInfo(mountPoint).AvailableFreeSpace - (4 << 20);
        var filled = await ProgramRun.OfAsync(
            "fallocate",
            ["-l", free.ToString(CultureInfo.InvariantCulture), Path.Combine(mountPoint, "filler")],
            cancellation: TestContext.Current.CancellationToken
        );
        filled.Succeeded();
    }
}
