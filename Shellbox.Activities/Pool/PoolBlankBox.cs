namespace Shellbox.Activities.Pool;

/// <summary>A blank box as the pool's plan sees it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="State">Its state.</param>
/// <param name="Since">When it came into that state.</param>
public sealed record PoolBlankBox(string Name, BoxState State, DateTimeOffset Since);
