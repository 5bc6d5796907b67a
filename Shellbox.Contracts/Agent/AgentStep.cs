namespace Shellbox.Contracts.Agent;

/// <summary>A step that the instance took, by its own clock.</summary>
public sealed record AgentStep(string Name, DateTimeOffset StartedAt, double Seconds);
