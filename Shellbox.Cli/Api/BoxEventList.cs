namespace Shellbox.Cli.Api;

/// <summary>A page of the audit log, and what asks for older entries.</summary>
internal sealed record BoxEventList(IReadOnlyList<BoxEvent>? Events, string? Next);
