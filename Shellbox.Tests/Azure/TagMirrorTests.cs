using Azure;
using Azure.ResourceManager.Compute;
using Shellbox.Activities.Azure;
using Shellbox.Activities.Operations;
using Shellbox.Activities.State;
using Shellbox.AzureSimulator.Faults;
using Shellbox.Tests.Fixtures;
using Xunit;

namespace Shellbox.Tests.Azure;

/// <summary>The tags of VMs and disks follow the tables.</summary>
[Trait(DurableProvider.Trait, DurableProvider.Both)]
public sealed class TagMirrorTests(AzuriteFixture azurite)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_volumes_tags_follow_the_tables_and_foreign_tags_stay()
    {
        await using var cloud = await TestCloud.With(azurite).Instances(0).StartAsync();

        await cloud.Get<TagMirror>().EnqueueVolumeAsync("vol-dev33", Cancel);

        var tags = await Wait.UntilAsync(
            () => TagsAsync(cloud, "vol-dev33"),
            t => t.ContainsKey("shellbox:volumeid"),
            "the tags are written"
        );
        Assert.Equal("vol-dev33", tags["shellbox:volumeid"]);
        Assert.Equal("detached", tags["shellbox:status"]);
        Assert.Equal(cloud.User.Id, tags["shellbox:userid"]);
        Assert.Equal("somebody", tags["owner"]);
    }

    [Fact]
    public async Task A_tag_update_whose_resource_was_brought_up_to_date_since_asks_ARM_nothing()
    {
        await using var cloud = await TestCloud.With(azurite).Instances(0).StartAsync();
        var mirror = cloud.Get<TagMirror>();
        var sent = TimeProvider.System.GetUtcNow().AddMinutes(-1);
        await mirror.HandleAsync(Update(sent), Cancel);
        var asked = Asked();
        Assert.NotEqual(0, asked);

        foreach (var _ in Enumerable.Range(0, 20))
            await mirror.HandleAsync(Update(sent), Cancel);
        Assert.Equal(asked, Asked());

        await mirror.HandleAsync(Update(TimeProvider.System.GetUtcNow()), Cancel);
        Assert.NotEqual(asked, Asked());

        int Asked() => cloud.Azure.Requests.Count(r => r.Operation.StartsWith("Tags_", StringComparison.Ordinal));
        static string Update(DateTimeOffset at) => $$"""{"role":"volume","id":"vol-dev33","at":"{{at:O}}"}""";
    }

    [Fact]
    public async Task A_tag_update_that_ARM_puts_off_is_done_later_and_one_of_a_resource_that_is_gone_is_dropped()
    {
        await using var cloud = await TestCloud.With(azurite).Instances(0).Boxes("dev33", "gone").TimeScale(1000).StartAsync();
        await Wait.UntilAsync(
            () => TagsAsync(cloud, "vol-dev33"),
            t => t.ContainsKey("shellbox:volumeid"),
            "the adoption's update is through"
        );
        await cloud
            .Get<ArmConnection>()
            .Client.GetManagedDiskResource(
                ManagedDiskResource.CreateResourceIdentifier(cloud.Azure.SubscriptionId, cloud.Azure.ResourceGroup, "vol-gone")
            )
            .DeleteAsync(WaitUntil.Completed, Cancel);
        await cloud.Get<VolumeStore>().RecordAttachmentAsync("vol-dev33", "vm-9999", new Epoch(1), Cancel);

        // As often as the SDK itself tries, and once more.
        var fault = cloud.Azure.Faults.Add(
            new Fault
            {
                Effect = FaultEffect.FailCall,
                Operation = "Tags_UpdateAtScope",
                Status = 429,
                Code = "SubscriptionRequestsThrottled",
                Delay = TimeSpan.FromSeconds(1),
                Count = 5,
            }
        );
        await cloud.Get<TagMirror>().EnqueueVolumeAsync("vol-dev33", Cancel);
        await cloud.Get<TagMirror>().EnqueueVolumeAsync("vol-gone", Cancel);

        await Wait.UntilAsync(
            () => TagsAsync(cloud, "vol-dev33"),
            t => t.GetValueOrDefault("shellbox:instanceid") == "vm-9999",
            "the tags are written"
        );
        Assert.False(cloud.Azure.Faults.Waiting.ContainsKey(fault));
        await Wait.UntilAsync(
            async () => (await cloud.Queue(WorkQueues.TagUpdates).GetPropertiesAsync(Cancel)).Value.ApproximateMessagesCount,
            count => count == 0,
            "the queue is empty"
        );
        var poison = cloud.Queue(WorkQueues.TagUpdates + "-poison");
        Assert.True(!await poison.ExistsAsync(Cancel) || (await poison.PeekMessagesAsync(1, Cancel)).Value.Length == 0);
    }

    private static async Task<Dictionary<string, string>> TagsAsync(TestCloud cloud, string disk)
    {
        var compute = cloud.Get<ComputeInstances>();
        var found = await compute.ListDisksAsync(Cancel).SingleAsync(d => d.Data.Name == disk, Cancel);
        return found.Data.Tags.ToDictionary();
    }
}
