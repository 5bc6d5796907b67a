using Shellbox.Activities.Operations;

namespace Shellbox.Activities.Fleet;

/// <summary>What became of a resource that was to be registered.</summary>
/// <param name="Reason">Why it was not; null when it is registered now.</param>
/// <param name="Instance">Whether an instance was newly registered.</param>
/// <param name="Volume">Whether a volume was.</param>
/// <param name="Box">Whether a box was.</param>
/// <param name="Running">Whether that box's guest is in memory and goes on.</param>
/// <param name="ToHold">A box whose guest stands paused: nobody is connected, and its hold is to begin.</param>
public sealed record Adoption(
    string? Reason,
    bool Instance = false,
    bool Volume = false,
    bool Box = false,
    bool Running = false,
    BoxOperation? ToHold = null
)
{
    internal static Adoption Refused(string reason) => new(reason);
}
