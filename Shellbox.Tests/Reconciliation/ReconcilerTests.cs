using Azure;
using Azure.Core;
using Azure.Data.Tables;
using Azure.ResourceManager.Compute;
using Shellbox.Activities.Azure;
using Shellbox.Activities.Connect;
using Shellbox.Activities.Operations;
using Shellbox.Activities.Sessions;
using Shellbox.Activities.State;
using Shellbox.Tests.Fixtures;
using Xunit;
using static Shellbox.Contracts.Reconciliation.FindingAction;
using static Shellbox.Contracts.Reconciliation.FindingKind;

namespace Shellbox.Tests.Reconciliation;

/// <summary>
/// What the reconciler finds: each kind of disagreement is made, found, and repaired or reported; afterwards there is none left.
/// </summary>
public sealed class ReconcilerTests(AzuriteFixture azurite)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Tags_that_are_missing_or_stale_are_found_and_repaired_and_a_dry_run_changes_nothing()
    {
        await using var cloud = await Cloud().Instances(2).Boxes("dev33", "other").StartAsync();
        await cloud.SettleAsync();
        await cloud.SetTagsAsync(
            cloud.VirtualMachineId("vm-0001"),
            new()
            {
                [ShellboxTags.Role] = "instance",
                [ShellboxTags.Status] = "claimed",
                [ShellboxTags.InstanceId] = "vm-0001",
            }
        );
        await cloud.SetTagsAsync(cloud.VirtualMachineId("vm-0002"), new() { ["owner"] = "somebody" });
        await cloud.SetTagsAsync(
            cloud.ManagedDiskId("vol-dev33"),
            new()
            {
                [ShellboxTags.Role] = "volume",
                [ShellboxTags.UserId] = cloud.User.Id,
                [ShellboxTags.BoxName] = "dev33",
            }
        );

        var before = (await cloud.EventsAsync(null)).Count;

        var dry = await cloud.SeeFindingsAsync((StaleTag, WouldRepair, 1), (MissingTag, WouldRepair, 2));
        Assert.Equal(before, (await cloud.EventsAsync(null)).Count);
        Assert.Equal(["owner"], (await cloud.TagsAsync(cloud.VirtualMachineId("vm-0002")))!.Keys);
        Assert.Equal(0, dry.Repairs);

        var report = await cloud.ReconcileAsync();

        report.Expect((StaleTag, Repaired, 1), (MissingTag, Repaired, 2));
        Assert.Equal(3, report.Repairs);
        await cloud.SettleAsync();
        Assert.Equal("vol-dev33", (await cloud.TagsAsync(cloud.ManagedDiskId("vol-dev33")))![ShellboxTags.VolumeId]);
        Assert.Equal("free", (await cloud.TagsAsync(cloud.VirtualMachineId("vm-0001")))![ShellboxTags.Status]);
        Assert.Contains(await cloud.EventsAsync(null), e => e is { Kind: "finding-stale-tag", InstanceId: "vm-0001" });
    }

    [Fact]
    public async Task Claims_sessions_and_operations_that_nobody_ends_are_ended()
    {
        await using var cloud = await Cloud().Instances(1).Boxes("stuck", "leaver", "lost").StartAsync();
        var (boxes, tables) = (cloud.Get<BoxStore>(), cloud.Get<StateTables>());
        await cloud.SettleAsync();
        Assert.NotNull(
            await cloud
                .Get<InstanceStore>()
                .TryClaimAsync("vm-0001", new BoxOperation(cloud.Key("ghost"), "op", new Epoch(1)), "vol", Cancel)
        );
        await boxes.DecideConnectAsync(cloud.Key("stuck"), new ConnectCommand("op-that-never-began", "session", "key"), Cancel);
        var leaver = (await boxes.FindAsync(cloud.Key("leaver"), Cancel))!;
        leaver.PutSession(new BoxSession("left", leaver.LastUsed, Beats: false));
        await tables.Boxes.UpdateEntityAsync(leaver, leaver.ETag, TableUpdateMode.Replace, Cancel);
        var lost = (await boxes.FindAsync(cloud.Key("lost"), Cancel))!;
        await tables.Boxes.DeleteEntityAsync(lost, ETag.All, Cancel);
        Assert.True(await boxes.TryAddAsync(cloud.Key("no-volume"), "vol-nowhere", Epoch.None, Cancel));

        var report = await cloud.ReconcileAsync();

        report.ExpectKinds(
            (LeakedClaim, Repaired),
            (StuckOperation, Repaired),
            (LeakedSession, Repaired),
            (VolumeWithoutBox, Reported),
            (BoxWithoutVolume, Reported)
        );
        await cloud.UntilBoxIsAsync("stopped", "stuck");
        Assert.Empty((await boxes.FindAsync(cloud.Key("leaver"), Cancel))!.Sessions);
        Assert.Equal(InstanceState.Free, (await cloud.Get<InstanceStore>().FindAsync("vm-0001", Cancel))!.State);
        Assert.Contains(await cloud.EventsAsync(cloud.Key("stuck")), e => e.Kind == "finding-stuck-operation");
    }

    [Fact]
    public async Task Volumes_that_are_attached_otherwise_than_recorded_are_put_right_unless_a_box_runs_elsewhere()
    {
        await using var cloud = await Cloud().Instances(5).Boxes("recorded", "attached", "moved", "bare", "torn").StartAsync();
        await cloud.SettleAsync();
        await cloud.Get<VolumeStore>().RecordAttachmentAsync("vol-recorded", "vm-0001", Epoch.None, Cancel);
        await cloud.AttachAsync("vol-attached", "vm-0001");
        await cloud.AttachAsync("vol-moved", "vm-0002");
        await cloud.Get<VolumeStore>().RecordAttachmentAsync("vol-moved", "vm-0001", Epoch.None, Cancel);
        await cloud.RunOnAsync("bare", "vm-0003");
        await cloud.RunOnAsync("torn", "vm-0004");
        await cloud.AttachAsync("vol-torn", "vm-0005");

        await cloud.SeeFindingsAsync(
            (FreeRecordedAttached, WouldRepair, 2),
            (AttachedRecordedFree, WouldRepair, 1),
            (AttachedElsewhere, WouldRepair, 1),
            (AttachedElsewhere, Reported, 1)
        );
        var report = await cloud.ReconcileAsync();

        report.ExpectKinds(
            (FreeRecordedAttached, Repaired),
            (AttachedRecordedFree, Repaired),
            (AttachedElsewhere, Repaired),
            (AttachedElsewhere, Reported)
        );
        Assert.Null((await cloud.Get<VolumeStore>().FindAsync("vol-recorded", Cancel))!.AttachedTo);
        foreach (var box in new[] { "attached", "moved", "bare" })
        {
            await cloud.UntilBoxIsAsync("stopped", box);
            Assert.Null((await cloud.Get<VolumeStore>().FindAsync("vol-" + box, Cancel))!.AttachedTo);
            Assert.Null((await cloud.DiskAsync("vol-" + box)).ManagedBy);
        }

        Assert.Equal("running", (string)(await cloud.ShowBoxAsync("torn"))["state"]!);
        Assert.Equal("vm-0005", (await cloud.DiskAsync("vol-torn")).ManagedBy.Name);
        Assert.Equal(4, (await cloud.Get<InstanceStore>().CountAsync(Cancel))[InstanceState.Free]);
    }

    [Fact]
    public async Task Rows_without_resources_and_resources_without_rows_are_reported_and_nothing_is_deleted()
    {
        await using var cloud = await Cloud().Instances(2).Boxes("dev33", "gone", "strange").StartAsync();
        var (instances, tables) = (cloud.Get<InstanceStore>(), cloud.Get<StateTables>());
        await cloud.SettleAsync();
        Assert.True(
            await instances.TryAddAsync("vm-none", cloud.VirtualMachineId("vm-none").ToString(), "127.0.0.1", "fingerprint", Cancel)
        );
        var known = (await instances.FindAsync("vm-0002", Cancel))!;
        await tables.Instances.DeleteEntityAsync(known, ETag.All, Cancel);
        await cloud
            .Get<ArmConnection>()
            .Client.GetManagedDiskResource(cloud.ManagedDiskId("vol-gone"))
            .DeleteAsync(WaitUntil.Completed, Cancel);
        var strange = (await cloud.Get<VolumeStore>().FindAsync("vol-strange", Cancel))!;
        await tables.Volumes.DeleteEntityAsync(strange, ETag.All, Cancel);
        await cloud.SetTagsAsync(
            cloud.ManagedDiskId("vol-strange"),
            new()
            {
                [ShellboxTags.Role] = "volume",
                [ShellboxTags.UserId] = cloud.User.Id,
                [ShellboxTags.BoxName] = "dev33",
            }
        );

        await cloud.SeeFindingsAsync(
            (RowWithoutResource, WouldRepair, 1),
            (RowWithoutResource, Reported, 1),
            (UnknownInstance, Reported, 1),
            (DuplicateTags, Reported, 1),
            (BoxWithoutVolume, Reported, 1)
        );
        var report = await cloud.ReconcileAsync();

        report.ExpectKinds(
            (RowWithoutResource, Repaired),
            (RowWithoutResource, Reported),
            (UnknownInstance, Reported),
            (DuplicateTags, Reported),
            (BoxWithoutVolume, Reported)
        );
        Assert.Equal(InstanceState.Quarantined, (await instances.FindAsync("vm-none", Cancel))!.State);
        Assert.DoesNotContain("vm-none", await instances.FindFreeAsync(Cancel));
        Assert.NotNull(await cloud.Get<VolumeStore>().FindAsync("vol-gone", Cancel));
        Assert.NotNull(await cloud.DiskAsync("vol-strange"));

        // The box dev33 goes on without its second volume; without a box of that name the disk is simply unknown.
        await cloud.SetTagsAsync(cloud.ManagedDiskId("vol-strange"), new() { [ShellboxTags.Role] = "volume" });
        await cloud.SeeFindingsAsync(
            (RowWithoutResource, Reported, 2),
            (UnknownInstance, Reported, 1),
            (UnknownVolume, Reported, 1),
            (BoxWithoutVolume, Reported, 1)
        );
    }

    private TestCloudBuilder Cloud() => TestCloud.With(azurite).TimeScale(1000).ReconciledAtOnce();
}
