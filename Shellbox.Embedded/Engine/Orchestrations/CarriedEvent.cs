namespace Shellbox.Embedded.Engine.Orchestrations;

/// <summary>An event that nothing had awaited when an execution continued as new.</summary>
internal sealed record CarriedEvent(string Name, string? Data);
