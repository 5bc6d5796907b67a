namespace Shellbox.Contracts.Audit;

/// <summary>A page of the audit log, the newest first, and what asks for older entries; null when there are none.</summary>
public sealed record BoxEventList(IReadOnlyList<BoxEvent> Events, string? Next);
