using Azure.Data.Tables;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Shellbox.Activities.Audit;
using Shellbox.Activities.Connect;
using Shellbox.Activities.Operations;
using Shellbox.Activities.Release;
using Shellbox.Activities.Sessions;
using Shellbox.Activities.State;
using Shellbox.Tests.Fixtures;
using Xunit;

namespace Shellbox.Tests.State;

public sealed class BoxStoreTests(AzuriteFixture azurite)
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;
    private static readonly BoxKey Key = new(new string('a', 32), "dev33");

    [Fact]
    public async Task Of_many_connects_at_once_one_starts_and_the_others_join_it()
    {
        var store = await CreateAsync();

        var decisions = await Task.WhenAll(Enumerable.Range(0, 8).Select(n => ConnectAsync(store, $"op{n}", $"s{n}")));

        var winner = Assert.Single(decisions, d => d.Kind is ConnectDecisionKind.Started);
        Assert.All(
            decisions.Where(d => d != winner),
            d =>
            {
                Assert.Equal(ConnectDecisionKind.Joined, d.Kind);
                Assert.Equal(winner.OperationId, d.OperationId);
            }
        );
        var row = await store.FindAsync(Key, Cancel);
        Assert.Equal(8, row!.Sessions.Count);
        Assert.Equal(1, row.Epoch.Value);
    }

    [Fact]
    public async Task A_box_that_does_not_exist_is_not_found()
    {
        var store = await CreateAsync();

        var decision = await store.DecideConnectAsync(new BoxKey(Key.UserId, "other"), new ConnectCommand("op", "s", "key"), Cancel);

        Assert.Equal(ConnectDecisionKind.NotFound, decision.Kind);
    }

    [Fact]
    public async Task A_superseded_operation_changes_nothing_any_more()
    {
        var store = await CreateAsync();
        var first = await ConnectAsync(store, "op1", "s1");
        var second = await store.DecideConnectAsync(Key, new ConnectCommand("op2", "s2", "key", "op1"), Cancel);

        Assert.Equal(ConnectDecisionKind.Started, second.Kind);
        Assert.True(second.Epoch.Value > first.Epoch.Value);
        await Assert.ThrowsAsync<OperationSupersededException>(() =>
            store.RecordPlacementAsync(new BoxOperation(Key, "op1", first.Epoch), null, "vm-1", 0, Cancel)
        );
        await Assert.ThrowsAsync<OperationSupersededException>(() =>
            store.CompleteConnectAsync(new BoxOperation(Key, "op1", first.Epoch), new GuestAddress("h", 1, "k"), Cancel)
        );
        await Assert.ThrowsAsync<OperationSupersededException>(() =>
            store.BeginReleaseAsync(new BoxOperation(Key, "op1", first.Epoch), "undo", Cancel)
        );
        Assert.Equal("op2", (await store.FindAsync(Key, Cancel))!.OperationId);
    }

    [Fact]
    public async Task A_connect_during_a_release_is_next_and_a_second_one_joins_it()
    {
        var store = await CreateAsync();
        await RunAsync(store);
        var release = await store.DecideDisconnectAsync(Key, new DisconnectCommand("release"), Cancel);
        Assert.Equal(BoxState.Releasing, release!.State);

        var queued = await ConnectAsync(store, "op2", "s2");
        var joined = await ConnectAsync(store, "op3", "s3");
        Assert.Equal(ConnectDecisionKind.Queued, queued.Kind);
        Assert.Equal((ConnectDecisionKind.Joined, "op2"), (joined.Kind, joined.OperationId));
        Assert.Null(await store.TryTakeTurnAsync(Key, "op2", _ => Task.FromResult(false), Cancel));

        await store.CompleteReleaseAsync(new BoxOperation(Key, "release", release.Epoch), detached: true, Cancel);

        var turn = await store.TryTakeTurnAsync(Key, "op2", _ => Task.FromResult(false), Cancel);
        Assert.Equal((BoxState.Connecting, "op2"), (turn!.State, turn.OperationId));
        Assert.Null(turn.InstanceId);
    }

    [Fact]
    public async Task Whoever_waits_for_a_release_that_died_takes_the_box_over_with_its_placement()
    {
        var store = await CreateAsync();
        await RunAsync(store);
        await store.DecideDisconnectAsync(Key, new DisconnectCommand("release"), Cancel);
        await ConnectAsync(store, "op2", "s2");

        var turn = await store.TryTakeTurnAsync(Key, "op2", _ => Task.FromResult(true), Cancel);

        Assert.Equal((BoxState.Connecting, "op2", "vm-1"), (turn!.State, turn.OperationId, turn.InstanceId));
    }

    [Fact]
    public async Task A_session_that_ends_leaves_the_box_to_the_others()
    {
        var store = await CreateAsync();
        await RunAsync(store);
        var joined = await ConnectAsync(store, "op2", "s2");
        await store.CompleteConnectAsync(new BoxOperation(Key, "op2", joined.Epoch), new GuestAddress("h", 1, "k"), Cancel);

        var first = await store.DecideDisconnectAsync(Key, new DisconnectCommand("r1", "s1"), Cancel);
        var unknown = await store.DecideDisconnectAsync(Key, new DisconnectCommand("r2", "s-unknown"), Cancel);
        var last = await store.DecideDisconnectAsync(Key, new DisconnectCommand("r3", "s2"), Cancel);

        Assert.Equal((BoxState.Running, 1), (first!.State, first.Sessions.Count));
        Assert.Equal(BoxState.Running, unknown!.State);
        Assert.Equal((BoxState.Releasing, "r3"), (last!.State, last.OperationId));
    }

    [Fact]
    public async Task The_last_session_begins_the_hold_and_a_connect_takes_the_box_out_of_it()
    {
        var store = await CreateAsync();
        await RunAsync(store);

        var held = await store.DecideDisconnectAsync(Key, new DisconnectCommand("hold", null, Hold: true), Cancel);
        var again = await store.DecideDisconnectAsync(Key, new DisconnectCommand("hold2", null, Hold: true), Cancel);
        var connect = await ConnectAsync(store, "op2", "s2");

        Assert.Equal((BoxState.Held, "hold", "vm-1"), (held!.State, held.OperationId, held.InstanceId));
        Assert.Equal("hold", again!.OperationId);
        Assert.Equal(ConnectDecisionKind.Started, connect.Kind);
        await Assert.ThrowsAsync<OperationSupersededException>(() =>
            store.BeginHoldAsync(new BoxOperation(Key, "hold", held.Epoch), "hold", Cancel)
        );
        await Assert.ThrowsAsync<OperationSupersededException>(() =>
            store.BeginReleaseAsync(new BoxOperation(Key, "hold", held.Epoch), "hold", Cancel)
        );
    }

    [Fact]
    public async Task A_hold_is_cut_short_by_a_disconnect_without_one()
    {
        var store = await CreateAsync();
        await RunAsync(store);
        await store.DecideDisconnectAsync(Key, new DisconnectCommand("hold", null, Hold: true), Cancel);

        var release = await store.DecideDisconnectAsync(Key, new DisconnectCommand("release"), Cancel);

        Assert.Equal((BoxState.Releasing, "release"), (release!.State, release.OperationId));
    }

    [Fact]
    public async Task A_prewarmed_box_is_held_only_while_nobody_has_come()
    {
        var store = await CreateAsync();
        var prewarm = await ConnectAsync(store, "op1", null);
        await store.CompleteConnectAsync(new BoxOperation(Key, "op1", prewarm.Epoch), new GuestAddress("h", 1, "k"), Cancel);
        await ConnectAsync(store, "op2", "s1");

        await Assert.ThrowsAsync<OperationSupersededException>(() =>
            store.BeginHoldAsync(new BoxOperation(Key, "op1", prewarm.Epoch), "hold", Cancel)
        );
    }

    [Fact]
    public async Task A_disconnect_during_a_connect_has_the_box_released_when_it_is_through()
    {
        var store = await CreateAsync();
        var connect = await ConnectAsync(store, "op1", "s1");

        var row = await store.DecideDisconnectAsync(Key, new DisconnectCommand("release"), Cancel);
        Assert.Equal(BoxState.Connecting, row!.State);

        Assert.True(
            (
                await store.CompleteConnectAsync(new BoxOperation(Key, "op1", connect.Epoch), new GuestAddress("h", 1, "k"), Cancel)
            ).ReleaseWhenReady
        );
    }

    [Fact]
    public async Task Ending_a_release_twice_is_ending_it_once()
    {
        var store = await CreateAsync();
        await RunAsync(store);
        var release = await store.DecideDisconnectAsync(Key, new DisconnectCommand("release"), Cancel);

        await store.CompleteReleaseAsync(new BoxOperation(Key, "release", release!.Epoch), detached: true, Cancel);
        var again = await store.CompleteReleaseAsync(new BoxOperation(Key, "release", release.Epoch), detached: true, Cancel);

        Assert.Equal(BoxState.Stopped, again.State);
    }

    [Fact]
    public async Task A_prewarm_of_a_box_that_runs_has_nothing_to_do()
    {
        var store = await CreateAsync();
        await RunAsync(store);

        var decision = await store.DecideConnectAsync(Key, new ConnectCommand("prewarm"), Cancel);

        Assert.Equal(ConnectDecisionKind.AlreadyRunning, decision.Kind);
    }

    [Fact]
    public async Task A_row_with_the_ids_of_its_sessions_alone_is_read_and_comes_up_to_date_with_the_next_write()
    {
        var tables = new StateTables(new TableServiceClient(azurite.ConnectionString));
        await tables.CreateIfMissingAsync(Cancel);
        var time = new FakeTimeProvider();
        var store = new BoxStore(new BoxTable(tables, new EventLog(tables, TimeProvider.System, NullLogger<EventLog>.Instance)), time);
        var lastUsed = time.GetUtcNow().AddHours(-1);
        await tables.Boxes.AddEntityAsync(
            new TableEntity(Key.UserId, Key.BoxName)
            {
                ["SchemaVersion"] = 1,
                ["State"] = "Running",
                ["Since"] = lastUsed,
                ["LastUsed"] = lastUsed,
                ["VolumeId"] = "vol-1",
                ["InstanceId"] = "vm-1",
                ["Lun"] = 0,
                ["Epoch"] = 3L,
                ["OperationId"] = "op1",
                ["ReleaseWhenReady"] = false,
                ["SessionIds"] = """["s1","s2"]""",
            },
            Cancel
        );

        Assert.Equal([new("s1", lastUsed, false), new BoxSession("s2", lastUsed, false)], (await store.FindAsync(Key, Cancel))!.Sessions);

        await store.DecideDisconnectAsync(Key, new DisconnectCommand("r", "s1", Hold: true), Cancel);
        var row = await tables.Boxes.GetEntityAsync<TableEntity>(Key.UserId, Key.BoxName, cancellationToken: Cancel);
        Assert.Equal(2, row.Value.GetInt32("SchemaVersion"));
        Assert.Equal([new("s2", lastUsed, false)], (await store.FindAsync(Key, Cancel))!.Sessions);
    }

    [Fact]
    public async Task A_held_blank_box_is_given_once_and_its_hold_is_superseded()
    {
        var store = await CreateAsync();
        var (blank, held) = await HoldBlankAsync(store);
        var (alice, bob) = (new BoxKey(new string('b', 32), "new"), new BoxKey(new string('c', 32), "new"));

        var gifts = await Task.WhenAll(
            store.TryAssignAsync(blank, alice, "put-a", Cancel),
            store.TryAssignAsync(blank, bob, "put-b", Cancel)
        );

        var given = Assert.Single(gifts.OfType<BoxRow>());
        await Assert.ThrowsAsync<OperationSupersededException>(() =>
            store.BeginReleaseAsync(new BoxOperation(blank, "hold", held.Epoch), "hold", Cancel)
        );
        await Assert.ThrowsAsync<OperationSupersededException>(() =>
            store.BeginReleaseAsync(new BoxOperation(blank, given.OperationId!, given.Epoch), "r", Cancel)
        );
        Assert.Equal(ConnectDecisionKind.NotFound, (await store.DecideConnectAsync(blank, new ConnectCommand("op"), Cancel)).Kind);
        Assert.Null(await store.DecideDeleteAsync(blank, "delete", null, Cancel));
        Assert.Equal(given.Epoch, (await store.TryAssignAsync(blank, given.AssignedTo!.Value, "put-again", Cancel))!.Epoch);

        Assert.NotNull(await store.TryAddAssignedAsync(given, Cancel));
        Assert.Null(await store.TryAddAssignedAsync(given, Cancel));
        var user = await store.FindAsync(given.AssignedTo!.Value, Cancel);
        Assert.Equal(
            (BoxState.Held, "vm-1", given.Epoch.Next.Value, given.OperationId),
            (user!.State, user.InstanceId, user.Epoch.Value, user.OperationId)
        );
        await store.RemoveAssignedAsync(blank, Cancel);
        Assert.Null(await store.FindAsync(blank, Cancel));
    }

    [Fact]
    public async Task A_given_blank_box_that_its_user_has_no_use_for_is_released()
    {
        var store = await CreateAsync();
        var (blank, _) = await HoldBlankAsync(store);
        await store.TryAssignAsync(blank, Key, "put", Cancel);

        var back = await store.TryTakeBackAsync(blank, "put-back", Cancel);

        Assert.Equal((BoxState.Releasing, null), (back!.State, back.AssignedTo));
        Assert.Equal(back.Epoch, (await store.TryTakeBackAsync(blank, "put-back", Cancel))!.Epoch);
        await store.RemoveAssignedAsync(blank, Cancel);
        Assert.Equal(
            BoxState.Stopped,
            (await store.CompleteReleaseAsync(new BoxOperation(blank, "put-back", back.Epoch), detached: true, Cancel)).State
        );
    }

    [Fact]
    public async Task A_delete_supersedes_whatever_works_on_the_box_and_nobody_connects_it_any_more()
    {
        var store = await CreateAsync();
        var connect = await ConnectAsync(store, "op1", "s1");

        var delete = await store.DecideDeleteAsync(Key, "delete", null, Cancel);
        var joined = await store.DecideDeleteAsync(Key, "delete2", null, Cancel);

        Assert.Equal((BoxState.Deleting, "delete", 0), (delete!.State, delete.OperationId, delete.Sessions.Count));
        Assert.Equal("delete", joined!.OperationId);
        Assert.Equal(ConnectDecisionKind.BeingDeleted, (await ConnectAsync(store, "op2", "s2")).Kind);
        Assert.Empty((await store.FindAsync(Key, Cancel))!.Sessions);
        await Assert.ThrowsAsync<OperationSupersededException>(() =>
            store.CompleteConnectAsync(new BoxOperation(Key, "op1", connect.Epoch), new GuestAddress("h", 1, "k"), Cancel)
        );
        await Assert.ThrowsAsync<OperationSupersededException>(() =>
            store.BeginReleaseAsync(new BoxOperation(Key, "delete", delete.Epoch), "r", Cancel)
        );

        var takenOver = await store.DecideDeleteAsync(Key, "delete3", "delete", Cancel);
        await store.RemoveAsync(new BoxOperation(Key, "delete", delete.Epoch), Cancel);
        Assert.NotNull(await store.FindAsync(Key, Cancel));
        await store.RemoveAsync(new BoxOperation(Key, "delete3", takenOver!.Epoch), Cancel);
        Assert.Null(await store.FindAsync(Key, Cancel));
    }

    [Fact]
    public async Task Only_what_would_take_a_new_place_has_to_be_admitted()
    {
        var store = await CreateAsync();
        var stopped = await store.FindAsync(Key, Cancel);

        Assert.Equal(ConnectDecisionKind.NotAdmitted, (await UnadmittedAsync()).Kind);
        Assert.Equal(stopped!.ETag, (await store.FindAsync(Key, Cancel))!.ETag);

        await ConnectAsync(store, "op1", "s1");
        Assert.Equal(ConnectDecisionKind.Joined, (await UnadmittedAsync()).Kind);
        var row = await store.FindAsync(Key, Cancel);
        await store.CompleteConnectAsync(new BoxOperation(Key, "op1", row!.Epoch), new GuestAddress("h", 1, "k"), Cancel);
        var again = await UnadmittedAsync();
        Assert.Equal(ConnectDecisionKind.Started, again.Kind);
        await store.CompleteConnectAsync(new BoxOperation(Key, again.OperationId, again.Epoch), new GuestAddress("h", 1, "k"), Cancel);
        await store.DecideDisconnectAsync(Key, new DisconnectCommand("hold", null, Hold: true), Cancel);
        Assert.Equal(ConnectDecisionKind.Started, (await UnadmittedAsync()).Kind);

        row = await store.FindAsync(Key, Cancel);
        await store.BeginReleaseAsync(new BoxOperation(Key, row!.OperationId!, row.Epoch), "release", Cancel);
        Assert.Equal(ConnectDecisionKind.NotAdmitted, (await UnadmittedAsync()).Kind);
        await ConnectAsync(store, "waits", "s2");
        Assert.Equal(ConnectDecisionKind.Joined, (await UnadmittedAsync()).Kind);

        Task<ConnectDecision> UnadmittedAsync() =>
            store.DecideConnectAsync(Key, new ConnectCommand($"op-{Guid.NewGuid():n}", "s", "key", MaxRunning: 0), Cancel);
    }

    private static async Task<(BoxKey Blank, BoxRow Held)> HoldBlankAsync(BoxStore store)
    {
        var blank = new BoxKey(BoxKey.PoolUserId, "blank-0123456789");
        Assert.True(await store.TryAddAsync(blank, "vol-2", new Epoch(7), Cancel));
        var prewarm = await store.DecideConnectAsync(blank, new ConnectCommand("op1"), Cancel);
        Assert.Equal(8, prewarm.Epoch.Value);
        await store.RecordPlacementAsync(new BoxOperation(blank, "op1", prewarm.Epoch), null, "vm-1", 0, Cancel);
        await store.CompleteConnectAsync(new BoxOperation(blank, "op1", prewarm.Epoch), new GuestAddress("h", 1, "k"), Cancel);
        return (blank, await store.BeginHoldAsync(new BoxOperation(blank, "op1", prewarm.Epoch), "hold", Cancel));
    }

    private static Task<ConnectDecision> ConnectAsync(BoxStore store, string operation, string? session) =>
        store.DecideConnectAsync(Key, new ConnectCommand(operation, session, "key"), Cancel);

    private static async Task RunAsync(BoxStore store)
    {
        var connect = await ConnectAsync(store, "op1", "s1");
        await store.RecordPlacementAsync(new BoxOperation(Key, "op1", connect.Epoch), null, "vm-1", 0, Cancel);
        Assert.False(
            (
                await store.CompleteConnectAsync(new BoxOperation(Key, "op1", connect.Epoch), new GuestAddress("h", 1, "k"), Cancel)
            ).ReleaseWhenReady
        );
    }

    private async Task<BoxStore> CreateAsync()
    {
        var tables = new StateTables(new TableServiceClient(azurite.ConnectionString));
        await tables.CreateIfMissingAsync(Cancel);
        var store = new BoxStore(
            new BoxTable(tables, new EventLog(tables, TimeProvider.System, NullLogger<EventLog>.Instance)),
            new FakeTimeProvider()
        );
        Assert.True(await store.TryAddAsync(Key, "vol-1", Cancel));
        return store;
    }
}
