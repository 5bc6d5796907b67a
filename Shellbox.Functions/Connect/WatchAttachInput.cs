using Shellbox.Activities.Connect;
using Shellbox.Activities.Operations;

namespace Shellbox.Functions.Connect;

/// <param name="Operation">The connect.</param>
/// <param name="InstanceId">The instance that is attached to.</param>
/// <param name="ConnectId">The orchestration to tell of a failure.</param>
/// <param name="ArmOperation">The URL of the ARM operation's state.</param>
/// <param name="PollInterval">How often ARM is asked, unless it says how long to wait.</param>
/// <param name="Settings">The deadlines.</param>
public sealed record WatchAttachInput(
    BoxOperation Operation,
    string InstanceId,
    string ConnectId,
    Uri ArmOperation,
    TimeSpan PollInterval,
    ConnectOptions Settings
);
