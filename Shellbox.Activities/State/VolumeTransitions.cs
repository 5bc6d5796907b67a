namespace Shellbox.Activities.State;

/// <summary>The only changes of state that a Volumes row may make.</summary>
public static class VolumeTransitions
{
    private static readonly Dictionary<VolumeState, VolumeState[]> Next = new()
    {
        // Owned again: a pre-attached blank box is given to a user. Blank again: one that nobody came for, and that was never a user's.
        [VolumeState.Owned] = [VolumeState.Owned, VolumeState.Blank, VolumeState.Deleting],
        [VolumeState.Blank] = [VolumeState.Owned, VolumeState.Deleting],

        // Its end is that there is no row.
        [VolumeState.Deleting] = [VolumeState.Deleting],
    };

    public static IReadOnlyCollection<VolumeState> From(VolumeState state) => Next[state];

    /// <exception cref="InvalidOperationException">The transition is not in the table: a fault of the program, never of a race.</exception>
    public static void Require(VolumeState from, VolumeState to)
    {
        if (!Next[from].Contains(to))
            throw new InvalidOperationException($"A volume cannot go from {from} to {to}.");
    }
}
