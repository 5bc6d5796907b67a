using Shellbox.Activities;
using Shellbox.Activities.Connect;
using Shellbox.Activities.Operations;
using Shellbox.Activities.State;

namespace Shellbox.Functions.Release;

/// <param name="UserId">The user.</param>
/// <param name="BoxName">The box.</param>
/// <param name="ExpectedOperationId">Whose the box is believed to be: this release's already, or an operation's that failed or is
/// over.</param>
/// <param name="ExpectedEpoch">And since which epoch.</param>
/// <param name="OperationId">The release.</param>
/// <param name="Reason">Why, as a sentence for the audit log.</param>
/// <param name="QuarantineReason">Why the instance is not to be given to others; null when it is well.</param>
/// <param name="Hold">How long the guest stays paused in memory before; zero: it is released at once.</param>
/// <param name="Save">Whether the guest's state is saved on the volume, so that the next connect resumes it; else it is shut down.</param>
/// <param name="Settings">The deadlines.</param>
/// <param name="PollInterval">How often ARM is asked for the state of an operation.</param>
public sealed record ReleaseInput(
    string UserId,
    string BoxName,
    string ExpectedOperationId,
    Epoch ExpectedEpoch,
    string OperationId,
    string Reason,
    string? QuarantineReason,
    TimeSpan Hold,
    bool Save,
    ConnectOptions Settings,
    TimeSpan PollInterval
)
{
    /// <summary>A release that has the box already: a disconnect, or what gave the box back, has moved the row. Saves the guest.</summary>
    public static ReleaseInput Of(BoxRow row, string reason, TimeSpan hold, ShellboxOptions options) =>
        After(
            new BoxOperation(row.Key, row.OperationId!, row.Epoch),
            row.OperationId!,
            reason,
            options.Connect,
            options.Azure.OperationPollInterval
        ) with
        {
            Hold = hold,
            Save = true,
        };

    /// <summary>A release that follows an operation which has failed, or is over. At once, and without saving the guest.</summary>
    /// <param name="expected">Whose the box is believed to be.</param>
    /// <param name="operationId">The release.</param>
    /// <param name="reason">Why, as a sentence for the audit log.</param>
    /// <param name="settings">The deadlines.</param>
    /// <param name="pollInterval">How often ARM is asked.</param>
    public static ReleaseInput After(
        BoxOperation expected,
        string operationId,
        string reason,
        ConnectOptions settings,
        TimeSpan pollInterval
    ) =>
        new(
            expected.UserId,
            expected.BoxName,
            expected.OperationId,
            expected.Epoch,
            operationId,
            reason,
            QuarantineReason: null,
            Hold: TimeSpan.Zero,
            Save: false,
            settings,
            pollInterval
        );
}
