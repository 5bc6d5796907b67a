namespace Shellbox.Activities.Azure;

/// <param name="Rows">The page's resources.</param>
/// <param name="SkipToken">What asks for the next page; null on the last.</param>
/// <param name="Pause">How long the next query has to wait, by what Resource Graph says of the quota.</param>
public sealed record ResourceGraphPage(IReadOnlyList<ResourceGraphRow> Rows, string? SkipToken, TimeSpan Pause);
