using Azure;
using Azure.Core;
using Azure.Data.Tables;
using Azure.ResourceManager.Compute;
using Azure.ResourceManager.Resources;
using Azure.ResourceManager.Resources.Models;
using Shellbox.Activities.Azure;
using Shellbox.Activities.State;
using Shellbox.AzureSimulator.Faults;
using Shellbox.Contracts.Reconciliation;
using Shellbox.Tests.Fixtures;
using Shellbox.Tests.Guest;
using Xunit;
using static Shellbox.Contracts.Reconciliation.FindingAction;
using static Shellbox.Contracts.Reconciliation.FindingKind;

namespace Shellbox.Tests.Reconciliation;

/// <summary>The reconciler: each kind of disagreement is made, found, and repaired or reported; afterwards there is none left.</summary>
public sealed class ReconcilerTests(AzuriteFixture azurite)
{
    private static readonly Dictionary<string, string> NoGuard = new()
    {
        ["Shellbox:Reconcile:AgeGuard"] = "00:00:00",
        ["Shellbox:Reconcile:Probes"] = "0",
    };

    private static readonly Dictionary<string, string> Probing = new()
    {
        ["Shellbox:Reconcile:Probes"] = "9",
        ["Shellbox:Reconcile:ProbeAfter"] = "00:00:00",
    };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Tags_that_are_missing_or_stale_are_found_and_repaired_and_a_dry_run_changes_nothing()
    {
        await using var cloud = await StartAsync(instances: 2, boxes: ["dev33", "other"]);
        await SettleAsync(cloud);
        await SetTagsAsync(
            cloud,
            Vm(cloud, "vm-0001"),
            new()
            {
                [ShellboxTags.Role] = "instance",
                [ShellboxTags.Status] = "claimed",
                [ShellboxTags.InstanceId] = "vm-0001",
            }
        );
        await SetTagsAsync(cloud, Vm(cloud, "vm-0002"), new() { ["owner"] = "somebody" });
        await SetTagsAsync(
            cloud,
            Disk(cloud, "vol-dev33"),
            new()
            {
                [ShellboxTags.Role] = "volume",
                [ShellboxTags.UserId] = cloud.User.Id,
                [ShellboxTags.BoxName] = "dev33",
            }
        );

        var before = (await cloud.EventsAsync(null)).Count;

        var dry = await SeeAsync(cloud, (StaleTag, WouldRepair, 1), (MissingTag, WouldRepair, 2));
        Assert.Equal(before, (await cloud.EventsAsync(null)).Count);
        Assert.Equal(["owner"], (await TagsAsync(cloud, Vm(cloud, "vm-0002")))!.Keys);
        Assert.Equal(0, dry.Repairs);

        var report = await cloud.ReconcileAsync();

        Expect(report, (StaleTag, Repaired, 1), (MissingTag, Repaired, 2));
        Assert.Equal(3, report.Repairs);
        await SettleAsync(cloud);
        Assert.Equal("vol-dev33", (await TagsAsync(cloud, Disk(cloud, "vol-dev33")))![ShellboxTags.VolumeId]);
        Assert.Equal("free", (await TagsAsync(cloud, Vm(cloud, "vm-0001")))![ShellboxTags.Status]);
        Assert.Contains(await cloud.EventsAsync(null), e => e is { Kind: "finding-stale-tag", InstanceId: "vm-0001" });
    }

    [Fact]
    public async Task Claims_sessions_and_operations_that_nobody_ends_are_ended()
    {
        await using var cloud = await StartAsync(instances: 1, boxes: ["stuck", "leaver", "lost"]);
        var (boxes, tables) = (cloud.Get<BoxStore>(), cloud.Get<StateTables>());
        await SettleAsync(cloud);
        Assert.NotNull(await cloud.Get<InstanceStore>().TryClaimAsync("vm-0001", cloud.Key("ghost"), "op", 1, "vol", Cancel));
        await boxes.DecideConnectAsync(cloud.Key("stuck"), "op-that-never-began", "session", "key", null, Cancel);
        var leaver = (await boxes.FindAsync(cloud.Key("leaver"), Cancel))!;
        leaver.PutSession(new BoxSession("left", leaver.LastUsed, Beats: false));
        await tables.Boxes.UpdateEntityAsync(leaver, leaver.ETag, TableUpdateMode.Replace, Cancel);
        var lost = (await boxes.FindAsync(cloud.Key("lost"), Cancel))!;
        await tables.Boxes.DeleteEntityAsync(lost, ETag.All, Cancel);
        Assert.True(await boxes.TryAddAsync(cloud.Key("no-volume"), "vol-nowhere", 0, Cancel));

        var report = await cloud.ReconcileAsync();

        ExpectOf(
            report,
            (LeakedClaim, Repaired),
            (StuckOperation, Repaired),
            (LeakedSession, Repaired),
            (VolumeWithoutBox, Reported),
            (BoxWithoutVolume, Reported)
        );
        await TestCloud.UntilAsync(() => cloud.ShowBoxAsync("stuck"), b => (string)b["state"]! == "stopped", "the box is released");
        Assert.Empty((await boxes.FindAsync(cloud.Key("leaver"), Cancel))!.Sessions);
        Assert.Equal(InstanceState.Free, (await cloud.Get<InstanceStore>().FindAsync("vm-0001", Cancel))!.State);
        Assert.Contains(await cloud.EventsAsync(cloud.Key("stuck")), e => e.Kind == "finding-stuck-operation");
    }

    [Fact]
    public async Task Volumes_that_are_attached_otherwise_than_recorded_are_put_right_unless_a_box_runs_elsewhere()
    {
        await using var cloud = await StartAsync(instances: 5, boxes: ["recorded", "attached", "moved", "bare", "torn"]);
        await SettleAsync(cloud);
        await cloud.Get<VolumeStore>().RecordAttachmentAsync("vol-recorded", "vm-0001", 0, Cancel);
        await AttachAsync(cloud, "vol-attached", "vm-0001");
        await AttachAsync(cloud, "vol-moved", "vm-0002");
        await cloud.Get<VolumeStore>().RecordAttachmentAsync("vol-moved", "vm-0001", 0, Cancel);
        await RunOnAsync(cloud, "bare", "vm-0003");
        await RunOnAsync(cloud, "torn", "vm-0004");
        await AttachAsync(cloud, "vol-torn", "vm-0005");

        await SeeAsync(
            cloud,
            (FreeRecordedAttached, WouldRepair, 2),
            (AttachedRecordedFree, WouldRepair, 1),
            (AttachedElsewhere, WouldRepair, 1),
            (AttachedElsewhere, Reported, 1)
        );
        var report = await cloud.ReconcileAsync();

        ExpectOf(
            report,
            (FreeRecordedAttached, Repaired),
            (AttachedRecordedFree, Repaired),
            (AttachedElsewhere, Repaired),
            (AttachedElsewhere, Reported)
        );
        Assert.Null((await cloud.Get<VolumeStore>().FindAsync("vol-recorded", Cancel))!.AttachedTo);
        foreach (var box in new[] { "attached", "moved", "bare" })
        {
            await TestCloud.UntilAsync(() => cloud.ShowBoxAsync(box), b => (string)b["state"]! == "stopped", $"{box} is released");
            Assert.Null((await cloud.Get<VolumeStore>().FindAsync("vol-" + box, Cancel))!.AttachedTo);
            Assert.Null((await DiskAsync(cloud, "vol-" + box)).ManagedBy);
        }

        Assert.Equal("running", (string)(await cloud.ShowBoxAsync("torn"))["state"]!);
        Assert.Equal("vm-0005", (await DiskAsync(cloud, "vol-torn")).ManagedBy.Name);
        Assert.Equal(4, (await cloud.Get<InstanceStore>().CountAsync(Cancel))[InstanceState.Free]);
    }

    [Fact]
    public async Task Rows_without_resources_and_resources_without_rows_are_reported_and_nothing_is_deleted()
    {
        await using var cloud = await StartAsync(instances: 2, boxes: ["dev33", "gone", "strange"]);
        var (instances, tables) = (cloud.Get<InstanceStore>(), cloud.Get<StateTables>());
        await SettleAsync(cloud);
        Assert.True(await instances.TryAddAsync("vm-none", Vm(cloud, "vm-none").ToString(), "127.0.0.1", "fingerprint", Cancel));
        var known = (await instances.FindAsync("vm-0002", Cancel))!;
        await tables.Instances.DeleteEntityAsync(known, ETag.All, Cancel);
        await cloud.Get<ArmConnection>().Client.GetManagedDiskResource(Disk(cloud, "vol-gone")).DeleteAsync(WaitUntil.Completed, Cancel);
        var strange = (await cloud.Get<VolumeStore>().FindAsync("vol-strange", Cancel))!;
        await tables.Volumes.DeleteEntityAsync(strange, ETag.All, Cancel);
        await SetTagsAsync(
            cloud,
            Disk(cloud, "vol-strange"),
            new()
            {
                [ShellboxTags.Role] = "volume",
                [ShellboxTags.UserId] = cloud.User.Id,
                [ShellboxTags.BoxName] = "dev33",
            }
        );

        await SeeAsync(
            cloud,
            (RowWithoutResource, WouldRepair, 1),
            (RowWithoutResource, Reported, 1),
            (UnknownInstance, Reported, 1),
            (DuplicateTags, Reported, 1),
            (BoxWithoutVolume, Reported, 1)
        );
        var report = await cloud.ReconcileAsync();

        ExpectOf(
            report,
            (RowWithoutResource, Repaired),
            (RowWithoutResource, Reported),
            (UnknownInstance, Reported),
            (DuplicateTags, Reported),
            (BoxWithoutVolume, Reported)
        );
        Assert.Equal(InstanceState.Quarantined, (await instances.FindAsync("vm-none", Cancel))!.State);
        Assert.DoesNotContain("vm-none", await instances.FindFreeAsync(Cancel));
        Assert.NotNull(await cloud.Get<VolumeStore>().FindAsync("vol-gone", Cancel));
        Assert.NotNull(await DiskAsync(cloud, "vol-strange"));

        // The box dev33 goes on without its second volume; without a box of that name the disk is simply unknown.
        await SetTagsAsync(cloud, Disk(cloud, "vol-strange"), new() { [ShellboxTags.Role] = "volume" });
        await SeeAsync(
            cloud,
            (RowWithoutResource, Reported, 2),
            (UnknownInstance, Reported, 1),
            (UnknownVolume, Reported, 1),
            (BoxWithoutVolume, Reported, 1)
        );
    }

    [Fact]
    public async Task A_free_instance_that_does_not_answer_is_given_to_nobody()
    {
        await using var cloud = await StartAsync(instances: 2, boxes: [], settings: Probing);
        await SettleAsync(cloud);
        var seen = (await cloud.Get<InstanceStore>().FindAsync("vm-0002", Cancel))!.LastSeen;
        await cloud.Azure.CrashAsync("vm-0001");

        var report = await cloud.ReconcileAsync();

        ExpectOf(report, (InstanceUnreachable, Repaired));
        Assert.Equal(["vm-0002"], await cloud.Get<InstanceStore>().FindFreeAsync(Cancel));
        Assert.True((await cloud.Get<InstanceStore>().FindAsync("vm-0002", Cancel))!.LastSeen > seen);
    }

    [Theory]
    [InlineData("nothing", true)]
    [InlineData("silence", false)]
    [InlineData("failures", false)]
    [InlineData("disk", false)]
    [InlineData("guest", false)]
    public async Task An_instance_that_was_only_silent_comes_back_when_it_answers(string what, bool comesBack)
    {
        await using var cloud = await StartAsync(instances: 1, boxes: ["one"], settings: Probing, script: TestCloud.BareInstance);
        var instances = cloud.Get<InstanceStore>();
        await SettleAsync(cloud);
        var row = (await instances.FindAsync("vm-0001", Cancel))!;
        if (what is "failures")
            row.Failures = 3;
        if (what is "disk")
        {
            // Of a volume that nobody knows: one of its own the reconciler would take off.
            await AttachAsync(cloud, "vol-one", "vm-0001");
            await cloud
                .Get<StateTables>()
                .Volumes.DeleteEntityAsync((await cloud.Get<VolumeStore>().FindAsync("vol-one", Cancel))!, ETag.All, Cancel);
        }

        if (what is "silence")
            await cloud.Azure.CrashAsync("vm-0001");
        if (what is "guest")
            Directory.CreateDirectory(Path.Combine(cloud.Azure.InstanceRoot("vm-0001")!, "run", "bare", "vol-one", "guest"));
        Assert.True(await instances.TryQuarantineFreeAsync(row, "It did not answer.", Cancel));
        var report = await cloud.ReconcileAsync();

        Assert.Equal(comesBack, report.Findings.Any(f => f.Kind == InstanceAnswers));
        Assert.Equal(comesBack ? InstanceState.Free : InstanceState.Quarantined, (await instances.FindAsync("vm-0001", Cancel))!.State);
        Assert.Equal(comesBack ? ["vm-0001"] : [], await instances.FindFreeAsync(Cancel));
    }

    [Fact]
    public async Task A_free_instance_on_which_a_guest_runs_that_no_row_knows_is_given_to_nobody()
    {
        var directory = Directory.CreateTempSubdirectory("shellbox-test-");
        var script = Path.Combine(directory.FullName, "shellbox-instance");
        const string Answer = """{"ok":true,"boxes":[{"box":"vol-of-somebody","running":true},{"box":"vol-at-rest"}]}""";
        await File.WriteAllTextAsync(script, $"#!/bin/sh\ncat > /dev/null\necho '{Answer}'\n", Cancel);
        (await ProgramRun.OfAsync("chmod", ["755", script], cancellation: Cancel)).Succeeded();
        await using var cloud = await StartAsync(instances: 1, boxes: [], settings: Probing, script: script);
        directory.Delete(recursive: true);

        var report = await cloud.ReconcileAsync();

        ExpectOf(report, (UnknownGuest, Repaired));
        Assert.Contains(report.Findings, f => f.Kind == UnknownGuest && f.Detail.Contains(": vol-of-somebody.", StringComparison.Ordinal));
        Assert.Empty(await cloud.Get<InstanceStore>().FindFreeAsync(Cancel));
    }

    [Fact]
    public async Task When_most_instances_do_not_answer_none_is_taken_out_of_service()
    {
        await using var cloud = await StartAsync(instances: 4, boxes: [], settings: Probing);
        await SettleAsync(cloud);
        foreach (var vm in new[] { "vm-0001", "vm-0002", "vm-0003" })
            await cloud.Azure.CrashAsync(vm);

        var report = await cloud.ReconcileAsync();

        Expect(report, (InstanceUnreachable, Reported, 3));
        Assert.Equal(4, (await cloud.Get<InstanceStore>().CountAsync(Cancel))[InstanceState.Free]);
    }

    [Fact]
    public async Task A_run_keeps_to_its_budgets_and_says_what_it_left()
    {
        await using var cloud = await StartAsync(
            instances: 3,
            boxes: ["one", "two"],
            settings: new()
            {
                ["Shellbox:Reconcile:PageSize"] = "2",
                ["Shellbox:Reconcile:MaxChecks"] = "4",
                ["Shellbox:Reconcile:MaxRepairs"] = "3",
            }
        );
        await SettleAsync(cloud);
        foreach (var vm in new[] { "vm-0001", "vm-0002", "vm-0003" })
            await SetTagsAsync(cloud, Vm(cloud, vm), new() { [ShellboxTags.Role] = "instance" });
        foreach (var volume in new[] { "vol-one", "vol-two" })
            await SetTagsAsync(cloud, Disk(cloud, volume), new() { [ShellboxTags.Role] = "volume" });
        await TestCloud.UntilAsync(
            () => cloud.ReconcileAsync(dryRun: true),
            r => r.Skipped.Any(s => s.Reason == SkipReason.CheckBudget),
            "the budget is used up"
        );

        var report = await cloud.ReconcileAsync();

        Expect(report, (MissingTag, Repaired, 3), (MissingTag, Skipped, 1));
        Assert.Equal([new SkipCount(SkipReason.CheckBudget, 1)], report.Skipped);
        Assert.Equal((4, 3, 5, 3), (report.Checks, report.Repairs, report.Resources, report.Queries));
    }

    [Fact]
    public async Task A_run_stops_asking_Resource_Graph_when_its_queries_are_used_up()
    {
        await using var cloud = await StartAsync(
            instances: 1,
            boxes: ["one", "two"],
            settings: new() { ["Shellbox:Reconcile:PageSize"] = "1", ["Shellbox:Reconcile:MaxQueries"] = "2" }
        );

        var report = await cloud.ReconcileAsync(dryRun: true);

        Assert.Equal(2, report.Queries);
        Assert.Contains(new SkipCount(SkipReason.QueryBudget, 1), report.Skipped);
    }

    [Fact]
    public async Task What_changed_within_the_age_guard_is_left_alone()
    {
        await using var cloud = await TestCloud.StartAsync(azurite, instances: 1, timeScale: 1000);

        // Else the tag mirror, which adoption has set to work, would put right what is made wrong here.
        await SettleAsync(cloud);
        Assert.NotNull(await cloud.Get<InstanceStore>().TryClaimAsync("vm-0001", cloud.Key("ghost"), "op", 1, "vol", Cancel));
        await SetTagsAsync(cloud, Disk(cloud, "vol-dev33"), new() { [ShellboxTags.Role] = "volume" });
        await TestCloud.UntilAsync(
            () => cloud.ReconcileAsync(dryRun: true),
            r => r.Skipped.Sum(s => s.Count) == 2,
            "Resource Graph shows the change"
        );

        var report = await cloud.ReconcileAsync();

        Assert.Empty(report.Counts);
        Assert.Equal([new SkipCount(SkipReason.AgeGuard, 2)], report.Skipped);
    }

    [Fact]
    public async Task What_Resource_Graph_has_not_seen_yet_is_no_finding()
    {
        // Real time: Resource Graph lags by 5 to 120 s.
        await using var cloud = await TestCloud.StartAsync(
            azurite,
            instances: 0,
            boxes: ["dev33", "other"],
            timeScale: 1,
            settings: NoGuard
        );
        var before = await Graph();
        foreach (var volume in new[] { "vol-dev33", "vol-other" })
        {
            await cloud.Get<TagMirror>().HandleAsync($$"""{"role":"volume","id":"{{volume}}"}""", Cancel);
        }

        var report = await cloud.ReconcileAsync();

        Assert.Empty(report.Counts);
        if (await Graph() != before)
            return;
        Assert.Equal([new SkipCount(SkipReason.ProviderDisagrees, 2)], report.Skipped);

        async Task<int> Graph() =>
            (await cloud.Get<ResourceGraph>().QueryTaggedAsync("volume", 10, null, Cancel)).Rows.Sum(r => r.Tags.Count);
    }

    [Fact]
    public async Task The_last_report_is_kept_while_the_next_run_is_under_way()
    {
        await using var cloud = await StartAsync(instances: 0, boxes: ["Not_A_Name"]);
        Assert.Equal(System.Net.HttpStatusCode.NoContent, (await cloud.Http.GetAsync("api/reconciliation", Cancel)).StatusCode);
        var report = await SeeAsync(cloud, (UnknownVolume, Reported, 1));
        Assert.True(report.DryRun);
        report = await cloud.ReconcileAsync();
        var hang = cloud.Azure.Faults.Add(new Fault { Effect = FaultEffect.HangCall, Operation = "ResourceGraph_Resources" });
        var next = cloud.ReconcileAsync();
        await TestCloud.UntilAsync(() => Task.FromResult(cloud.Azure.Faults.Hits.Count), hits => hits > 0, "the next run has begun");

        var last = await cloud.GetAsync("api/reconciliation");

        Assert.Equal(report.FinishedAt, (DateTimeOffset)last["finishedAt"]!);
        Assert.Equal("unknown-volume", (string)last["findings"]![0]!["kind"]!);
        cloud.Azure.Faults.Remove(hang);
        await next;
    }

    private Task<TestCloud> StartAsync(int instances, string[] boxes, Dictionary<string, string>? settings = null, string? script = null)
    {
        var all = new Dictionary<string, string>(NoGuard);
        foreach (var (name, value) in settings ?? [])
            all[name] = value;
        return TestCloud.StartAsync(azurite, instances: instances, boxes: boxes, timeScale: 1000, settings: all, script: script);
    }

    /// <summary>Lets tags and Resource Graph come to agree with the tables: from here on each finding is the test's.</summary>
    private static Task<ReconciliationReport> SettleAsync(TestCloud cloud) =>
        TestCloud.UntilAsync(() => cloud.ReconcileAsync(), r => r is { Counts: [], Skipped: [] }, "tables, tags and resources agree");

    /// <summary>
    /// Looks, without changing anything, until Resource Graph shows what was done. Tags count where they are what was made wrong.
    /// </summary>
    private static Task<ReconciliationReport> SeeAsync(TestCloud cloud, params (string Kind, string Action, int Count)[] wanted) =>
        TestCloud.UntilAsync(
            () => cloud.ReconcileAsync(dryRun: true),
            r =>
                r.Counts.Where(c => !IsOfTags(c.Kind) || wanted.Any(w => IsOfTags(w.Kind)))
                    .Select(c => (c.Kind, c.Action, c.Count))
                    .ToHashSet()
                    .SetEquals(wanted),
            $"the findings are {string.Join(", ", wanted)}"
        );

    private static void Expect(ReconciliationReport report, params (string Kind, string Action, int Count)[] wanted) =>
        Assert.Equal(
            wanted.OrderBy(w => w.Kind, StringComparer.Ordinal).ThenBy(w => w.Action, StringComparer.Ordinal),
            report.Counts.Select(c => (c.Kind, c.Action, c.Count))
        );

    private static void ExpectOf(ReconciliationReport report, params (string Kind, string Action)[] wanted) =>
        Assert.Equal(wanted.Order(), report.Counts.Where(c => !IsOfTags(c.Kind)).Select(c => (c.Kind, c.Action)).Order());

    /// <summary>Whatever else is made wrong, tags are then wrong too.</summary>
    private static bool IsOfTags(string kind) => kind is StaleTag or MissingTag;

    private static ResourceIdentifier Vm(TestCloud cloud, string name) =>
        VirtualMachineResource.CreateResourceIdentifier(cloud.Azure.SubscriptionId, cloud.Azure.ResourceGroup, name);

    private static ResourceIdentifier Disk(TestCloud cloud, string name) =>
        ManagedDiskResource.CreateResourceIdentifier(cloud.Azure.SubscriptionId, cloud.Azure.ResourceGroup, name);

    private static async Task SetTagsAsync(TestCloud cloud, ResourceIdentifier resource, Dictionary<string, string> tags)
    {
        var scope = cloud.Get<ArmConnection>().Client.GetTagResource(TagResource.CreateResourceIdentifier(resource));
        var patch = new TagResourcePatch { PatchMode = TagPatchMode.Replace };
        foreach (var (name, value) in tags)
            patch.TagValues[name] = value;
        await scope.UpdateAsync(WaitUntil.Completed, patch, Cancel);
    }

    private static Task<IReadOnlyDictionary<string, string>?> TagsAsync(TestCloud cloud, ResourceIdentifier resource) =>
        cloud.Get<ProviderReads>().FindTagsAsync(resource.ToString(), Cancel);

    private static async Task<ManagedDiskData> DiskAsync(TestCloud cloud, string name) =>
        (await cloud.Get<ProviderReads>().FindDiskAsync(Disk(cloud, name).ToString(), Cancel))!;

    private static async Task AttachAsync(TestCloud cloud, string volume, string instanceId)
    {
        var instance = (await cloud.Get<InstanceStore>().FindAsync(instanceId, Cancel))!;
        await cloud
            .Get<ComputeInstances>()
            .BeginAttachAsync(instance.PlacementAt(0), Disk(cloud, volume), ShellboxTags.Of(instance), Cancel);
        await TestCloud.UntilAsync(
            async () => (await DiskAsync(cloud, volume)).ManagedBy?.Name,
            holder => holder == instanceId,
            "the disk is attached"
        );
    }

    /// <summary>Makes the tables say that the box runs there, without a guest and without its disk.</summary>
    private static async Task RunOnAsync(TestCloud cloud, string box, string instanceId)
    {
        var (boxes, key) = (cloud.Get<BoxStore>(), cloud.Key(box));
        var begun = await boxes.DecideConnectAsync(key, "op-" + box, "session", "key", null, Cancel);
        await boxes.RecordPlacementAsync(key, "op-" + box, begun.Epoch, null, instanceId, 0, Cancel);
        Assert.NotNull(await cloud.Get<InstanceStore>().TryClaimAsync(instanceId, key, "op-" + box, begun.Epoch, "vol-" + box, Cancel));
        await cloud.Get<VolumeStore>().RecordAttachmentAsync("vol-" + box, instanceId, begun.Epoch, Cancel);
        await boxes.CompleteConnectAsync(key, "op-" + box, begun.Epoch, "127.0.0.1", 2222, "ssh-ed25519 AAAA", Cancel);
    }
}
