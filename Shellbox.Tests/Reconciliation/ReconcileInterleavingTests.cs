using Microsoft.DurableTask;
using Microsoft.Extensions.DependencyInjection;
using Shellbox.Activities.Reconciliation;
using Shellbox.Activities.State;
using Shellbox.Contracts.Reconciliation;
using Shellbox.Functions.Connect;
using Shellbox.Tests.Fixtures;
using Xunit;

namespace Shellbox.Tests.Reconciliation;

/// <summary>Runs of the reconciler between any two steps of operations, with no age guard to hide behind.</summary>
public sealed class ReconcileInterleavingTests(AzuriteFixture azurite)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Runs_between_any_two_transactions_of_a_connect_a_hold_and_a_release_find_nothing_and_disturb_nothing()
    {
        await using var cloud = await TestCloud.With(azurite).Instances(2).TimeScale(1000).StartAsync();
        var runs = 0;
        var steps = new StepwiseConnect(cloud, ReconcileAsync);
        await AreUnderWayAsync(cloud, "op-1", "op-2", "op-3", "op-4");

        var operation = await steps.ConnectColdAsync("op-1");

        await ReconcileAsync();
        var box = (await cloud.Get<BoxStore>().FindAsync(cloud.Key(), Cancel))!;
        Assert.Equal((BoxState.Running, "op-1", operation.Epoch), (box.State, box.OperationId, box.Epoch));
        Assert.Equal((InstanceState.Claimed, cloud.Key()), await OfInstanceAsync(box.InstanceId!));
        Assert.Equal(box.InstanceId, (await cloud.Get<VolumeStore>().FindAsync(box.VolumeId, Cancel))!.AttachedTo);

        await steps.HoldAsync("op-2");
        var again = await steps.DecideAsync("op-3");
        await steps.ClaimAsync(again);
        await steps.CompleteAsync(again, await steps.ClaimAsync(again), await steps.LookUpAsync(again));
        await steps.ReleaseAsync("op-4");

        await ReconcileAsync();
        box = (await cloud.Get<BoxStore>().FindAsync(cloud.Key(), Cancel))!;
        Assert.Equal((BoxState.Stopped, null, 0), (box.State, box.InstanceId, box.Sessions.Count));
        Assert.Equal(2, (await cloud.Get<InstanceStore>().CountAsync(Cancel))[InstanceState.Free]);
        Assert.Null((await cloud.Get<VolumeStore>().FindAsync(box.VolumeId, Cancel))!.AttachedTo);
        Assert.True(runs > 40, $"only {runs} runs: the hook is not called");

        async Task ReconcileAsync()
        {
            Interlocked.Increment(ref runs);
            var run = new ReconcileRun("reconcile-between", new ReconcileOptions { AgeGuard = TimeSpan.Zero }, DryRun: false);
            var budget = new ReconcileBudget(1000, 1000, 0, 100);
            var services = cloud.Get<IServiceProvider>();
            ReconcilePage[] pages =
            [
                await ActivatorUtilities
                    .CreateInstance<ReconcileBoxes>(services)
                    .RunAsync(new ReconcileBoxes.Input(run, null, budget), cloud.Client, Cancel),
                await ActivatorUtilities
                    .CreateInstance<ReconcileInstances>(services)
                    .RunAsync(new ReconcileInstances.Input(run, null, "", budget), Cancel),
                await ActivatorUtilities
                    .CreateInstance<ReconcileVolumes>(services)
                    .RunAsync(new ReconcileVolumes.Input(run, null, "", budget), Cancel),
            ];

            // Tags follow in the background, so they may be behind; the mirror is asked once more, and that disturbs nobody.
            Assert.DoesNotContain(pages.SelectMany(p => p.Counts), c => c.Kind is not (FindingKind.StaleTag or FindingKind.MissingTag));
            Assert.Empty(pages.SelectMany(p => p.ToRelease));
        }

        async Task<(InstanceState, BoxKey?)> OfInstanceAsync(string id)
        {
            var row = (await cloud.Get<InstanceStore>().FindAsync(id, Cancel))!;
            return (row.State, row.ClaimedBy);
        }
    }

    /// <summary>Orchestrations that have not ended, under these ids: the operations' own.</summary>
    private static async Task AreUnderWayAsync(TestCloud cloud, params string[] operations)
    {
        foreach (var id in operations)
        {
            await cloud.Client.ScheduleNewOrchestrationInstanceAsync(
                nameof(ConnectOrchestration),
                null,
                new StartOrchestrationOptions(id, TimeProvider.System.GetUtcNow().AddDays(1)),
                Cancel
            );
        }
    }
}
