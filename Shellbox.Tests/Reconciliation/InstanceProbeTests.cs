using Azure;
using Azure.Core;
using Shellbox.Activities.State;
using Shellbox.Tests.Fixtures;
using Xunit;
using static Shellbox.Contracts.Reconciliation.FindingAction;
using static Shellbox.Contracts.Reconciliation.FindingKind;

namespace Shellbox.Tests.Reconciliation;

/// <summary>How the reconciler finds out whether an instance is fit for a box: it asks it.</summary>
public sealed class InstanceProbeTests(AzuriteFixture azurite)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_free_instance_that_does_not_answer_is_given_to_nobody()
    {
        await using var cloud = await Cloud().Instances(2).NoBoxes().StartAsync();
        await cloud.SettleAsync();
        var seen = (await cloud.Get<InstanceStore>().FindAsync("vm-0002", Cancel))!.LastSeen;
        await cloud.Azure.CrashAsync("vm-0001");

        var report = await cloud.ReconcileAsync();

        report.ExpectKinds((InstanceUnreachable, Repaired));
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
        await using var cloud = await Cloud().Instances(1).Boxes("one").BareInstances().StartAsync();
        var instances = cloud.Get<InstanceStore>();
        await cloud.SettleAsync();
        var row = (await instances.FindAsync("vm-0001", Cancel))!;
        if (what is "failures")
            row.Failures = 3;
        if (what is "disk")
        {
            // Of a volume that nobody knows: one of its own the reconciler would take off.
            await cloud.AttachAsync("vol-one", "vm-0001");
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
        using var folder = new TemporaryFolder();
        const string Answer = """{"ok":true,"boxes":[{"box":"vol-of-somebody","running":true},{"box":"vol-at-rest"}]}""";
        var program = folder.WriteProgram("shellbox-instance", $"#!/bin/sh\ncat > /dev/null\necho '{Answer}'\n");
        await using var cloud = await Cloud().Instances(1).NoBoxes().InstanceProgram(program).StartAsync();

        var report = await cloud.ReconcileAsync();

        report.ExpectKinds((UnknownGuest, Repaired));
        Assert.Contains(report.Findings, f => f.Kind == UnknownGuest && f.Detail.Contains(": vol-of-somebody.", StringComparison.Ordinal));
        Assert.Empty(await cloud.Get<InstanceStore>().FindFreeAsync(Cancel));
    }

    [Fact]
    public async Task When_most_instances_do_not_answer_none_is_taken_out_of_service()
    {
        await using var cloud = await Cloud().Instances(4).NoBoxes().StartAsync();
        await cloud.SettleAsync();
        foreach (var vm in new[] { "vm-0001", "vm-0002", "vm-0003" })
            await cloud.Azure.CrashAsync(vm);

        var report = await cloud.ReconcileAsync();

        report.Expect((InstanceUnreachable, Reported, 3));
        Assert.Equal(4, (await cloud.Get<InstanceStore>().CountAsync(Cancel))[InstanceState.Free]);
    }

    private TestCloudBuilder Cloud() =>
        TestCloud
            .With(azurite)
            .TimeScale(1000)
            .ReconciledAtOnce()
            .Setting("Shellbox:Reconcile:Probes", "9")
            .Setting("Shellbox:Reconcile:ProbeAfter", "00:00:00");
}
