namespace Shellbox.Activities.Audit;

/// <summary>What is asked of the audit log.</summary>
/// <param name="Box">The entries of this box; null: of a day.</param>
/// <param name="Day">The entries of this day (UTC); with a box, null is all.</param>
/// <param name="InstanceId">Those that concern this instance.</param>
/// <param name="Kind">Those of this kind.</param>
/// <param name="After">Those that are older than the entry of this position, which the page before gave.</param>
/// <param name="Limit">How many at most.</param>
public sealed record EventQuery(BoxKey? Box, DateOnly? Day, string? InstanceId, string? Kind, string? After, int Limit);
