namespace Shellbox.Contracts.Audit;

/// <summary>Which entries of the audit log a client asks for.</summary>
/// <param name="Day">Those of this day in UTC, as in <c>2026-11-25</c>.</param>
/// <param name="Instance">Those that concern this instance.</param>
/// <param name="Kind">Those of this kind.</param>
/// <param name="After">Those that are older than a page that ended with this.</param>
/// <param name="Limit">How many at most, from 1 to 1,000; null: the app's own default.</param>
public sealed record EventFilter(string? Day = null, string? Instance = null, string? Kind = null, string? After = null, int? Limit = null);
