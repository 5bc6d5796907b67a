using Azure.Core;
using Shellbox.Activities.Azure;
using Shellbox.Activities.Operations;
using Shellbox.Activities.State;
using Shellbox.AzureSimulator.Faults;
using Shellbox.Contracts.Reconciliation;
using Shellbox.Tests.Fixtures;
using Xunit;
using static Shellbox.Contracts.Reconciliation.FindingAction;
using static Shellbox.Contracts.Reconciliation.FindingKind;

namespace Shellbox.Tests.Reconciliation;

/// <summary>A run of the reconciler: what it leaves for later, what it leaves alone, and its report.</summary>
public sealed class ReconcileRunTests(AzuriteFixture azurite)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_run_keeps_to_its_budgets_and_says_what_it_left()
    {
        await using var cloud = await Cloud()
            .Instances(3)
            .Boxes("one", "two")
            .Setting("Shellbox:Reconcile:PageSize", "2")
            .Setting("Shellbox:Reconcile:MaxChecks", "4")
            .Setting("Shellbox:Reconcile:MaxRepairs", "3")
            .StartAsync();
        await cloud.SettleAsync();
        foreach (var vm in new[] { "vm-0001", "vm-0002", "vm-0003" })
            await cloud.SetTagsAsync(cloud.VirtualMachineId(vm), new() { [ShellboxTags.Role] = "instance" });
        foreach (var volume in new[] { "vol-one", "vol-two" })
            await cloud.SetTagsAsync(cloud.ManagedDiskId(volume), new() { [ShellboxTags.Role] = "volume" });
        await Wait.UntilAsync(
            () => cloud.ReconcileAsync(dryRun: true),
            r => r.Skipped.Any(s => s.Reason == SkipReason.CheckBudget),
            "the budget is used up"
        );

        var report = await cloud.ReconcileAsync();

        report.Expect((MissingTag, Repaired, 3), (MissingTag, Skipped, 1));
        Assert.Equal([new SkipCount(SkipReason.CheckBudget, 1)], report.Skipped);
        Assert.Equal((4, 3, 5, 3), (report.Checks, report.Repairs, report.Resources, report.Queries));
    }

    [Fact]
    public async Task A_run_stops_asking_Resource_Graph_when_its_queries_are_used_up()
    {
        await using var cloud = await Cloud()
            .Instances(1)
            .Boxes("one", "two")
            .Setting("Shellbox:Reconcile:PageSize", "1")
            .Setting("Shellbox:Reconcile:MaxQueries", "2")
            .StartAsync();

        var report = await cloud.ReconcileAsync(dryRun: true);

        Assert.Equal(2, report.Queries);
        Assert.Contains(new SkipCount(SkipReason.QueryBudget, 1), report.Skipped);
    }

    [Fact]
    public async Task What_changed_within_the_age_guard_is_left_alone()
    {
        await using var cloud = await TestCloud.With(azurite).Instances(1).TimeScale(1000).StartAsync();

        // Else the tag mirror, which adoption has set to work, would put right what is made wrong here.
        await cloud.SettleAsync();
        Assert.NotNull(
            await cloud
                .Get<InstanceStore>()
                .TryClaimAsync("vm-0001", new BoxOperation(cloud.Key("ghost"), "op", new Epoch(1)), "vol", Cancel)
        );
        await cloud.SetTagsAsync(cloud.ManagedDiskId("vol-dev33"), new() { [ShellboxTags.Role] = "volume" });
        await Wait.UntilAsync(
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
        await using var cloud = await TestCloud
            .With(azurite)
            .Instances(0)
            .Boxes("dev33", "other")
            .TimeScale(1)
            .ReconciledAtOnce()
            .StartAsync();
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
        await using var cloud = await Cloud().Instances(0).Boxes("Not_A_Name").StartAsync();
        Assert.Equal(System.Net.HttpStatusCode.NoContent, (await cloud.Http.GetAsync("api/reconciliation", Cancel)).StatusCode);
        var report = await cloud.SeeFindingsAsync((UnknownVolume, Reported, 1));
        Assert.True(report.DryRun);
        report = await cloud.ReconcileAsync();
        var hang = cloud.Azure.Faults.Add(new Fault { Effect = FaultEffect.HangCall, Operation = "ResourceGraph_Resources" });
        var next = cloud.ReconcileAsync();
        await cloud.UntilFaultHitsAsync("the next run has begun");

        var last = await cloud.GetAsync("api/reconciliation");

        Assert.Equal(report.FinishedAt, (DateTimeOffset)last["finishedAt"]!);
        Assert.Equal("unknown-volume", (string)last["findings"]![0]!["kind"]!);
        cloud.Azure.Faults.Remove(hang);
        await next;
    }

    private TestCloudBuilder Cloud() => TestCloud.With(azurite).TimeScale(1000).ReconciledAtOnce();
}
