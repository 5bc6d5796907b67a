using Shellbox.Activities.State;

namespace Shellbox.Activities.Pool;

/// <summary>An instance as the pool's plan sees it.</summary>
/// <param name="Id">The instance.</param>
/// <param name="State">Its state.</param>
/// <param name="Since">When it came into that state.</param>
/// <param name="CreatedAt">When it was registered or begun to be created.</param>
/// <param name="HoldsBlankBox">Whether a blank box of the pool's own has claimed it, and no user's.</param>
/// <param name="AbandonedBy">The creation or removal that it waits for and that is over; null when there is none.</param>
public sealed record PoolInstance(
    string Id,
    InstanceState State,
    DateTimeOffset Since,
    DateTimeOffset CreatedAt,
    bool HoldsBlankBox = false,
    string? AbandonedBy = null
);
