using CsCheck;
using Shellbox.Activities.Connect;
using Shellbox.Activities.Creation;
using Shellbox.Activities.Deletion;
using Shellbox.Activities.Operations;
using Shellbox.Activities.Release;
using Shellbox.Activities.Sessions;
using Shellbox.Activities.State;
using Xunit;

namespace Shellbox.Tests.State;

/// <summary>The rules by which a Boxes row changes, without a table: any commands in any order.</summary>
public sealed class BoxRulesTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly string[] Kinds =
    [
        "connect",
        "prewarm",
        "connect-over-dead",
        "place",
        "complete",
        "hold",
        "disconnect",
        "disconnect-hold",
        "expire",
        "heartbeat",
        "release",
        "released",
        "release-failed",
        "assign",
        "take-back",
        "delete",
    ];

    /// <summary>A command, with the number that makes its operation and session: few, so that they meet.</summary>
    private static readonly Gen<(string Kind, int Number)[]> Commands = Gen.Select(
        Gen.Int[0, Kinds.Length - 1],
        Gen.Int[0, 3],
        (kind, number) => (Kinds[kind], number)
    ).Array[1, 40];

    [Fact]
    public void Whatever_comes_the_epoch_never_falls_and_who_has_been_superseded_changes_nothing() =>
        Commands.Sample(commands =>
        {
            var box = NewBox();
            var operations = new List<BoxOperation>();
            foreach (var (kind, number) in commands)
            {
                var before = box.Epoch;
                Apply(box, kind, number, operations);
                Assert.False(box.Epoch.IsOlderThan(before), $"{kind}: the epoch fell from {before} to {box.Epoch}");
                if (box.OperationId is { } id)
                    operations.Add(new BoxOperation(box.Key, id, box.Epoch));

                // Of all that ever had the box one has it now.
                Assert.All(operations.Where(o => o.Epoch != box.Epoch), o => Assert.False(o.Has(box)));
                foreach (var old in operations.Where(o => o.Epoch.IsOlderThan(box.Epoch)))
                {
                    var (state, epoch) = (box.State, box.Epoch);
                    if (box.State is not BoxState.Releasing)
                    {
                        Assert.Throws<OperationSupersededException>(() => ReleaseRules.BeginRelease(box, old, "late-release", Start));
                    }

                    if (box.State is not BoxState.Held)
                        Assert.Throws<OperationSupersededException>(() => ReleaseRules.BeginHold(box, old, "late-hold", Start));
                    Assert.Equal((state, epoch), (box.State, box.Epoch));
                }
            }
        });

    [Fact]
    public void A_box_that_is_being_deleted_has_no_session_no_endpoint_and_nobody_connects_it() =>
        Commands.Sample(commands =>
        {
            var box = NewBox();
            foreach (var (kind, number) in commands)
                Apply(box, kind, number, []);
            if (DeletionRules.Decide(box, "last", deadOperationId: box.OperationId, Start) is DeletionRules.Decision.NotFound)
                return;

            Assert.Equal((BoxState.Deleting, "last", 0, null), (box.State, box.OperationId, box.Sessions.Count, box.Host));
            var refused = ConnectRules.Decide(box, new ConnectCommand("late", "s", "key"), admitted: true, Start);
            Assert.Equal(ConnectDecisionKind.BeingDeleted, refused.Kind);
            Assert.Empty(box.Sessions);
        });

    [Fact]
    public void A_session_that_is_opened_is_there_until_somebody_ends_it() =>
        Commands.Sample(commands =>
        {
            var box = NewBox();
            foreach (var (kind, number) in commands)
                Apply(box, kind, number, []);
            var decision = ConnectRules.Decide(box, new ConnectCommand("mine", "my-session", "key"), admitted: true, Start);
            if (ConnectRules.LeavesUnchanged(decision))
                return;

            Assert.Contains(box.Sessions, s => s.Id == "my-session");
            ReleaseRules.Disconnect(box, new DisconnectCommand("another", "not-my-session"), Start);
            Assert.Contains(box.Sessions, s => s.Id == "my-session");
        });

    private static BoxRow NewBox() =>
        new()
        {
            PartitionKey = new string('a', 32),
            RowKey = "dev33",
            VolumeId = "vol-1",
            State = BoxState.Stopped,
        };

    /// <summary>What is not possible in the box's state is refused or does nothing, as for any caller.</summary>
    private static void Apply(BoxRow box, string kind, int number, List<BoxOperation> operations)
    {
        var operationId = $"{kind}-{number}";
        var current = new BoxOperation(box.Key, box.OperationId ?? "none", box.Epoch);
        switch (kind)
        {
            case "connect":
                ConnectRules.Decide(box, new ConnectCommand(operationId, $"s{number}", "key"), admitted: number > 0, Start);
                break;
            case "prewarm":
                ConnectRules.Decide(box, new ConnectCommand(operationId), admitted: true, Start);
                break;
            case "connect-over-dead":
                ConnectRules.Decide(
                    box,
                    new ConnectCommand(operationId, $"s{number}", "key", DeadOperationId: box.OperationId),
                    admitted: true,
                    Start
                );
                break;
            case "place":
                ConnectRules.Place(box, box.InstanceId, $"vm-{number}", 0);
                break;
            case "complete" when box.State is BoxState.Connecting:
                ConnectRules.Complete(box, new GuestAddress("h", 1, "k"), Start);
                break;
            case "hold" when box.State is BoxState.Running && box.Sessions.Count == 0:
                ReleaseRules.BeginHold(box, current, operationId, Start);
                break;
            case "disconnect":
                ReleaseRules.Disconnect(box, new DisconnectCommand(operationId), Start);
                break;
            case "disconnect-hold":
                ReleaseRules.Disconnect(box, new DisconnectCommand(operationId, $"s{number}", Hold: true), Start);
                break;
            case "expire" when box.Sessions.Count > 0:
                SessionRules.Expire(box, box.Sessions[0], operationId, hold: number > 1, Start);
                break;
            case "heartbeat":
                SessionRules.RecordHeartbeat(box, $"s{number}", Start);
                break;
            case "release" when operations.Count > 0 && box.State is not (BoxState.Stopped or BoxState.Given or BoxState.Deleting):
                ReleaseRules.BeginRelease(box, current, operationId, Start);
                break;
            case "released":
                ReleaseRules.Complete(box, detached: true, Start);
                break;
            case "release-failed":
                ReleaseRules.Complete(box, detached: false, Start);
                break;
            case "assign":
                CreationRules.Assign(box, new BoxKey(new string('b', 32), $"box{number}"), operationId, Start);
                break;
            case "take-back":
                CreationRules.TakeBack(box, operationId, Start);
                break;
            case "delete":
                DeletionRules.Decide(box, operationId, deadOperationId: null, Start);
                break;
        }
    }
}
