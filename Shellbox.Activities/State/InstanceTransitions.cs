namespace Shellbox.Activities.State;

/// <summary>The only changes of state that an Instances row may make.</summary>
public static class InstanceTransitions
{
    private static readonly Dictionary<InstanceState, InstanceState[]> Next = new()
    {
        [InstanceState.Free] = [InstanceState.Claimed, InstanceState.Quarantined, InstanceState.Removing],

        // Claimed again: the same box, with a higher epoch.
        [InstanceState.Claimed] = [InstanceState.Claimed, InstanceState.Free, InstanceState.Quarantined],
        [InstanceState.Quarantined] = [InstanceState.Free, InstanceState.Removing],

        // Its creation failed, or stopped halfway: what there is of it is removed.
        [InstanceState.Creating] = [InstanceState.Free, InstanceState.Removing],

        // Again by another operation, when the first is over. The end of it is that there is no row.
        [InstanceState.Removing] = [InstanceState.Removing, InstanceState.Quarantined],
    };

    public static IReadOnlyCollection<InstanceState> From(InstanceState state) => Next[state];

    /// <exception cref="InvalidOperationException">The transition is not in the table: a fault of the program, never of a race.</exception>
    public static void Require(InstanceState from, InstanceState to)
    {
        if (!Next[from].Contains(to))
            throw new InvalidOperationException($"An instance cannot go from {from} to {to}.");
    }
}
