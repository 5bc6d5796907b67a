using Azure;
using Azure.Core;
using Azure.ResourceManager.Compute;
using Azure.ResourceManager.Resources;
using Azure.ResourceManager.Resources.Models;
using Shellbox.Activities.Azure;
using Shellbox.Activities.Connect;
using Shellbox.Activities.Operations;
using Shellbox.Activities.State;
using Shellbox.Contracts.Reconciliation;
using Xunit;
using static Shellbox.Contracts.Reconciliation.FindingKind;

namespace Shellbox.Tests.Fixtures;

/// <summary>Makes tables, tags and resources of a cloud disagree, and looks at what the reconciler says of it.</summary>
internal static class Disagreement
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>The reconciler judges what has just changed as well; it asks no instance whether it answers.</summary>
    public static TestCloudBuilder ReconciledAtOnce(this TestCloudBuilder cloud) =>
        cloud.Setting("Shellbox:Reconcile:AgeGuard", "00:00:00").Setting("Shellbox:Reconcile:Probes", "0");

    /// <summary>Lets tags and Resource Graph come to agree with the tables: from here on each finding is the test's.</summary>
    public static Task<ReconciliationReport> SettleAsync(this TestCloud cloud) =>
        Wait.UntilAsync(() => cloud.ReconcileAsync(), r => r is { Counts: [], Skipped: [] }, "tables, tags and resources agree");

    /// <summary>
    /// Looks, without changing anything, until Resource Graph shows what was done. Tags count where they are what was made wrong.
    /// </summary>
    public static Task<ReconciliationReport> SeeFindingsAsync(
        this TestCloud cloud,
        params (string Kind, string Action, int Count)[] wanted
    ) =>
        Wait.UntilAsync(
            () => cloud.ReconcileAsync(dryRun: true),
            r =>
                r.Counts.Where(c => !IsOfTags(c.Kind) || wanted.Any(w => IsOfTags(w.Kind)))
                    .Select(c => (c.Kind, c.Action, c.Count))
                    .ToHashSet()
                    .SetEquals(wanted),
            $"the findings are {string.Join(", ", wanted)}"
        );

    /// <summary>The report counts these findings and no others.</summary>
    public static void Expect(this ReconciliationReport report, params (string Kind, string Action, int Count)[] wanted) =>
        Assert.Equal(
            wanted.OrderBy(w => w.Kind, StringComparer.Ordinal).ThenBy(w => w.Action, StringComparer.Ordinal),
            report.Counts.Select(c => (c.Kind, c.Action, c.Count))
        );

    /// <summary>The report has findings of these kinds, and of tags whatever it has.</summary>
    public static void ExpectKinds(this ReconciliationReport report, params (string Kind, string Action)[] wanted) =>
        Assert.Equal(wanted.Order(), report.Counts.Where(c => !IsOfTags(c.Kind)).Select(c => (c.Kind, c.Action)).Order());

    public static ResourceIdentifier VirtualMachineId(this TestCloud cloud, string name) =>
        VirtualMachineResource.CreateResourceIdentifier(cloud.Azure.SubscriptionId, cloud.Azure.ResourceGroup, name);

    public static ResourceIdentifier ManagedDiskId(this TestCloud cloud, string name) =>
        ManagedDiskResource.CreateResourceIdentifier(cloud.Azure.SubscriptionId, cloud.Azure.ResourceGroup, name);

    /// <summary>Puts these tags in the place of those that the resource has.</summary>
    public static async Task SetTagsAsync(this TestCloud cloud, ResourceIdentifier resource, Dictionary<string, string> tags)
    {
        var scope = cloud.Get<ArmConnection>().Client.GetTagResource(TagResource.CreateResourceIdentifier(resource));
        var patch = new TagResourcePatch { PatchMode = TagPatchMode.Replace };
        foreach (var (name, value) in tags)
            patch.TagValues[name] = value;
        await scope.UpdateAsync(WaitUntil.Completed, patch, Cancel);
    }

    public static Task<IReadOnlyDictionary<string, string>?> TagsAsync(this TestCloud cloud, ResourceIdentifier resource) =>
        cloud.Get<ProviderReads>().FindTagsAsync(resource.ToString(), Cancel);

    public static async Task<ManagedDiskData> DiskAsync(this TestCloud cloud, string name) =>
        (await cloud.Get<ProviderReads>().FindDiskAsync(cloud.ManagedDiskId(name).ToString(), Cancel))!;

    /// <summary>Attaches the volume, which the tables hear nothing of.</summary>
    public static async Task AttachAsync(this TestCloud cloud, string volume, string instanceId)
    {
        var instance = (await cloud.Get<InstanceStore>().FindAsync(instanceId, Cancel))!;
        await cloud
            .Get<ComputeInstances>()
            .BeginAttachAsync(instance.PlacementAt(0), cloud.ManagedDiskId(volume), ShellboxTags.Of(instance), Cancel);
        await cloud.UntilHolderIsAsync(instanceId, volume);
    }

    /// <summary>Makes the tables say that the box runs there, without a guest and without its disk.</summary>
    public static async Task RunOnAsync(this TestCloud cloud, string box, string instanceId)
    {
        var (boxes, key) = (cloud.Get<BoxStore>(), cloud.Key(box));
        var begun = await boxes.DecideConnectAsync(key, new ConnectCommand("op-" + box, "session", "key"), Cancel);
        await boxes.RecordPlacementAsync(new BoxOperation(key, "op-" + box, begun.Epoch), null, instanceId, 0, Cancel);
        Assert.NotNull(
            await cloud
                .Get<InstanceStore>()
                .TryClaimAsync(instanceId, new BoxOperation(key, "op-" + box, begun.Epoch), "vol-" + box, Cancel)
        );
        await cloud.Get<VolumeStore>().RecordAttachmentAsync("vol-" + box, instanceId, begun.Epoch, Cancel);
        await boxes.CompleteConnectAsync(
            new BoxOperation(key, "op-" + box, begun.Epoch),
            new GuestAddress("127.0.0.1", 2222, "ssh-ed25519 AAAA"),
            Cancel
        );
    }

    /// <summary>Whatever else is made wrong, tags are then wrong too.</summary>
    private static bool IsOfTags(string kind) => kind is StaleTag or MissingTag;
}
