namespace Shellbox.Contracts.Agent;

/// <summary>What <see cref="AgentVerb.Status"/> is given: it is of no box.</summary>
public sealed record AgentStatusRequest
{
    /// <summary><see cref="AgentProtocol.Version"/>.</summary>
    public int Protocol { get; init; } = AgentProtocol.Version;

    /// <summary>The W3C trace context that the verb's own steps belong to.</summary>
    public string? Traceparent { get; init; }
}
