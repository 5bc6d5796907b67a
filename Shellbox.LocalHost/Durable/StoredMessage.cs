using DurableTask.Core;

namespace Shellbox.LocalHost.Durable;

/// <summary>A message in an instance's inbox.</summary>
/// <param name="Sequence">Its key.</param>
/// <param name="Message">The message.</param>
internal sealed record StoredMessage(long Sequence, TaskMessage Message);
