namespace Shellbox.Activities.State;

/// <summary>The only changes of state that a Boxes row may make.</summary>
public static class BoxTransitions
{
    private static readonly Dictionary<BoxState, BoxState[]> Next = new()
    {
        // Attached after Stopped: the reconciler found the volume on an instance, and a release is to take it off.
        [BoxState.Stopped] = [BoxState.Connecting, BoxState.Attached, BoxState.Deleting],

        // Connecting again: an operation takes over from one that is over (terminated, lost).
        [BoxState.Connecting] = [BoxState.Connecting, BoxState.Running, BoxState.Releasing, BoxState.Deleting],
        [BoxState.Running] = [BoxState.Running, BoxState.Connecting, BoxState.Held, BoxState.Releasing, BoxState.Deleting],
        [BoxState.Held] = [BoxState.Connecting, BoxState.Releasing, BoxState.Given, BoxState.Deleting],

        // Connecting after Releasing: a connect that came meanwhile and waited for its turn.
        [BoxState.Releasing] = [BoxState.Releasing, BoxState.Stopped, BoxState.Attached, BoxState.Connecting, BoxState.Deleting],
        [BoxState.Attached] = [BoxState.Connecting, BoxState.Releasing, BoxState.Deleting],

        // Releasing: the user has got another box in the meantime, and this one goes back to the pool.
        [BoxState.Given] = [BoxState.Releasing],

        // Deleting again: an operation takes over from one that failed. From here a box only goes.
        [BoxState.Deleting] = [BoxState.Deleting],
    };

    public static IReadOnlyCollection<BoxState> From(BoxState state) => Next[state];

    /// <exception cref="InvalidOperationException">The transition is not in the table: a fault of the program, never of a race.</exception>
    public static void Require(BoxState from, BoxState to)
    {
        if (!Next[from].Contains(to))
            throw new InvalidOperationException($"A box cannot go from {from} to {to}.");
    }
}
