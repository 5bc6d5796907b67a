namespace Shellbox.Tests.Durable.Histories;

/// <summary>What one turn of an orchestrator added to its history: what it took in, then what it asked for.</summary>
internal sealed record SavedTurn(DateTime At, IReadOnlyList<SavedEvent> Events);
