using Shellbox.Activities.Connect;
using Shellbox.Activities.Operations;

namespace Shellbox.Functions.Deletion;

/// <param name="Operation">The delete: the box's row says already that it has the box.</param>
/// <param name="Settings">The deadlines.</param>
/// <param name="PollInterval">How often ARM is asked for the state of an operation.</param>
public sealed record DeleteInput(BoxOperation Operation, ConnectOptions Settings, TimeSpan PollInterval);
