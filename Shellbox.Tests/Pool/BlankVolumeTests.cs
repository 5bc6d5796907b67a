using System.Net;
using System.Net.Http.Json;
using Shellbox.Activities.Azure;
using Shellbox.Activities.Pool;
using Shellbox.Activities.State;
using Shellbox.AzureSimulator.Faults;
using Shellbox.Tests.Fixtures;
using Xunit;

namespace Shellbox.Tests.Pool;

/// <summary>Copies of the golden volume that are nobody's yet, and the boxes that stand ready on them.</summary>
[Trait(DurableProvider.Trait, DurableProvider.Both)]
public sealed class BlankVolumeTests(AzuriteFixture azurite, GuestImageFixture guest)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_box_that_finds_no_blank_volume_has_some_made_at_once()
    {
        await using var cloud = await TestCloud
            .With(azurite)
            .Instances(0)
            .GoldenVolumeOf("dev33")
            .TimeScale(1000)
            .Setting("Shellbox:Pool:BlankVolumes:Minimum", "1")
            .Setting("Shellbox:Pool:BlankVolumes:Maximum", "1")
            .StartAsync();

        await TestCloud.RefusedAsync(503, "no-blank-volume", cloud.PutAsync("new"));

        await Wait.UntilAsync(
            async () => (int)(await cloud.PutAsync("new")).StatusCode,
            status => status == 201,
            "the box is created when asked for again"
        );
        await Wait.UntilAsync(() => cloud.Get<VolumeStore>().CountBlankAsync(Cancel), blank => blank == 1, "what was taken is made up for");
    }

    [Fact]
    public async Task Blank_volumes_are_copied_and_deleted_and_a_copy_that_fails_leaves_nothing()
    {
        await using var cloud = await TestCloud
            .With(azurite)
            .Instances(0)
            .GoldenVolumeOf("dev33")
            .TimeScale(1000)
            .Setting("Shellbox:Pool:BlankVolumes:Minimum", "2")
            .Setting("Shellbox:Pool:BlankVolumes:Maximum", "2")
            .Setting("Shellbox:Pool:BlankVolumes:Total", "4")
            .Setting("Shellbox:Pool:CoolDown", "00:00:00")
            .Setting("Shellbox:Pool:Backoff", "00:00:00.001")
            .StartAsync();
        var volumes = cloud.Get<VolumeStore>();
        cloud.Azure.Faults.Add(new Fault { Effect = FaultEffect.FailOperation, Operation = "Disks_CreateOrUpdate" });

        var first = await cloud.RunPoolAsync();
        Assert.Equal(["created", "failed"], first["volumes"]!.AsArray().Select(v => (string)v!["state"]!).Order());
        Assert.Contains(await cloud.EventsAsync(null), e => e.Kind == "volume-creation-failed");
        Assert.Equal(1, await volumes.CountBlankAsync(Cancel));
        await cloud.RunPoolAsync();
        Assert.Equal(2, await volumes.CountBlankAsync(Cancel));
        Assert.Equal(3, await cloud.Get<ComputeInstances>().ListDisksAsync(Cancel).CountAsync(Cancel));

        Assert.True(
            await volumes.TryAddBlankAsync(
                "vol-old",
                (await volumes.FindAsync("vol-dev33", Cancel))!.ResourceId.Replace("dev33", "old", StringComparison.Ordinal),
                Cancel
            )
        );
        var removed = await cloud.RunPoolAsync();
        Assert.Equal("removed", (string)Assert.Single(removed["volumes"]!.AsArray())!["state"]!);
        Assert.Equal(2, await volumes.CountBlankAsync(Cancel));
        Assert.Equal(2, (int)(await cloud.GetAsync("api/pool"))["volumes"]!["blank"]!);
    }

    [Fact]
    public async Task Blank_boxes_stand_ready_for_their_time_and_are_made_ready_again_or_become_blank_volumes()
    {
        await using var cloud = await TestCloud
            .With(azurite)
            .Guest(guest)
            .Instances(2)
            .GoldenVolumeOf("dev33")
            .Setting("Shellbox:Pool:BlankVolumes:Minimum", "1")
            .Setting("Shellbox:Pool:BlankVolumes:Maximum", "2")
            .Setting("Shellbox:Pool:BlankVolumes:Total", "4")
            .Setting("Shellbox:Pool:FreeInstances:Minimum", "0")
            .Setting("Shellbox:Pool:BlankTtl", "00:00:02")
            .Setting("Shellbox:Pool:Backoff", "00:00:00.001")
            .Setting("Shellbox:Pool:PrewarmPeriod", "00:10:00")
            .Setting("Shellbox:Pool:BlankBoxes", "0")
            .StartAsync();
        var boxes = cloud.Get<BoxStore>();
        await cloud.RunPoolAsync();
        var queue = cloud.Queue("prewarm");
        await queue.SendMessageAsync("""{"kind":"pool","blankBoxes":1}""", Cancel);

        await Wait.UntilAsync(BlankAsync, b => b?.State is BoxState.Held, "a blank box is held");
        var stopped = await Wait.UntilAsync(BlankAsync, b => b?.State is BoxState.Stopped, "its time is over");
        var again = await cloud.RunPoolAsync();
        Assert.Equal(stopped!.Key.BoxName, (string)Assert.Single(again["blankBoxes"]!.AsArray())!);
        await Wait.UntilAsync(BlankAsync, b => b?.State is BoxState.Held && b.VolumeId == stopped.VolumeId, "it is held again");

        await cloud.Get<PoolStore>().ChangeAsync(row => row.WantedUntil = null, Cancel);
        await Wait.UntilAsync(BlankAsync, b => b?.State is BoxState.Stopped, "its time is over again");
        await cloud.RunPoolAsync();
        Assert.Null(await BlankAsync());
        Assert.Equal(VolumeState.Blank, (await cloud.Get<VolumeStore>().FindAsync(stopped.VolumeId, Cancel))!.State);
        Assert.Equal(2, (int)(await cloud.GetAsync("api/pool"))["instances"]!["free"]!);

        async Task<BoxRow?> BlankAsync() => await boxes.ListBlanksAsync(Cancel).SingleOrDefaultAsync(Cancel);
    }

    [Fact]
    public async Task A_blank_box_that_stands_ready_becomes_a_users_and_is_hot()
    {
        await using var cloud = await TestCloud
            .With(azurite)
            .Guest(guest)
            .GoldenVolumeOf("dev33")
            .Setting("Shellbox:Pool:BlankVolumes:Minimum", "1")
            .Setting("Shellbox:Pool:BlankVolumes:Maximum", "1")
            .Setting("Shellbox:Pool:BlankVolumes:Total", "4")
            .Setting("Shellbox:Pool:FreeInstances:Minimum", "0")
            .Setting("Shellbox:Pool:BlankBoxes", "1")
            .StartAsync();
        await cloud.RunPoolAsync();
        await cloud.RunPoolAsync();
        await Wait.UntilAsync(() => cloud.GetAsync("api/pool"), p => (int)p["blankBoxes"]!["ready"]! == 1, "a blank box stands ready");

        var created = await cloud.Http.PutAsJsonAsync($"api/users/{cloud.User.Id}/boxes/fresh", new { }, Cancel);

        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        var hot = await cloud.ConnectAsync("fresh", expectedTier: "hot");
        Assert.Equal("fresh\n", await cloud.SshAsync(hot["endpoint"]!, "hostname"));
    }
}
