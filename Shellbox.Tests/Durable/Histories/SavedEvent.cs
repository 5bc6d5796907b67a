using Shellbox.Embedded.Engine;

namespace Shellbox.Tests.Durable.Histories;

/// <summary>One event of a saved history; the members are those of <see cref="HistoryEvent"/>.</summary>
internal sealed record SavedEvent(HistoryEventType Type, int Task = -1, string? Name = null, string? Data = null, string? Extra = null);
