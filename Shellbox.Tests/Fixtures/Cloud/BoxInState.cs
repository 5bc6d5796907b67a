using Shellbox.Activities.Connect;
using Shellbox.Activities.Operations;
using Shellbox.Activities.Release;
using Shellbox.Activities.State;
using Xunit;

namespace Shellbox.Tests.Fixtures;

/// <summary>
/// Brings boxes into a state by the steps of the app's own activities, with the disk attached for real but no guest: for what happens to a
/// box then. Their operations are ones that never ran, or are over.
/// </summary>
internal static class BoxInState
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>The user's box, which has to be stopped, in that state.</summary>
    public static async Task<BoxRow> BringAsync(TestCloud cloud, BoxKey key, BoxState state, string? session = "session")
    {
        var boxes = cloud.Get<BoxStore>();
        if (state is BoxState.Stopped)
            return (await boxes.FindAsync(key, Cancel))!;
        var operationId = $"over-{Guid.NewGuid():n}";
        var connect = await boxes.DecideConnectAsync(key, new ConnectCommand(operationId, key.IsPools ? null : session), Cancel);
        var operation = new BoxOperation(key, operationId, connect.Epoch);
        var placement = await cloud.Activity<ClaimInstance>().RunAsync(operation, Cancel);
        Assert.NotNull(placement);
        var volume = await cloud.Activity<LookUpVolume>().RunAsync(operation, Cancel);
        await TestCloud.WhenIdleAsync(() =>
            cloud.Activity<UpdateAndAttach>().RunAsync(new UpdateAndAttach.Input(operation, placement, volume), Cancel)
        );
        if (state is BoxState.Connecting)
            return (await boxes.FindAsync(key, Cancel))!;
        await boxes.CompleteConnectAsync(
            new BoxOperation(key, operationId, connect.Epoch),
            new GuestAddress("127.0.0.1", 2222, "ssh-ed25519 AAAA"),
            Cancel
        );
        if (state is BoxState.Running)
            return (await boxes.FindAsync(key, Cancel))!;
        var left = (
            await boxes.DecideDisconnectAsync(
                key,
                new DisconnectCommand(operationId + "-release", null, Hold: state is BoxState.Held),
                Cancel
            )
        )!;
        if (state is BoxState.Attached)
            left = await boxes.CompleteReleaseAsync(new BoxOperation(key, left.OperationId!, left.Epoch), detached: false, Cancel);
        Assert.Equal(state, left.State);
        return left;
    }

    /// <summary>A blank box of the pool, held, on that blank volume.</summary>
    public static async Task<BoxRow> HeldBlankAsync(TestCloud cloud, string volumeId) =>
        await BringAsync(cloud, await TakeBlankAsync(cloud, volumeId), BoxState.Held);

    /// <summary>A blank box of the pool, stopped, on that blank volume.</summary>
    public static async Task<BoxKey> TakeBlankAsync(TestCloud cloud, string volumeId)
    {
        var blank = new BoxKey(BoxKey.PoolUserId, "blank-" + Guid.NewGuid().ToString("n")[..10]);
        var volume = await cloud.Get<VolumeStore>().TryTakeBlankAsync(volumeId, blank, Cancel);
        Assert.True(await cloud.Get<BoxStore>().TryAddAsync(blank, volumeId, volume!.Epoch, Cancel));
        return blank;
    }
}
