namespace Shellbox.Contracts.Agent;

/// <summary>What <see cref="AgentVerb.Status"/> answers.</summary>
public sealed record AgentStatus
{
    public bool Ok { get; init; }
    public string? Message { get; init; }

    /// <summary>The guests that the instance knows of, running or not.</summary>
    public IReadOnlyList<AgentGuest> Boxes { get; init; } = [];
}
