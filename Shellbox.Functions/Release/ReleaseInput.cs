using Shellbox.Activities.Connect;

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
    long ExpectedEpoch,
    string OperationId,
    string Reason,
    string? QuarantineReason,
    TimeSpan Hold,
    bool Save,
    ConnectOptions Settings,
    TimeSpan PollInterval
);
