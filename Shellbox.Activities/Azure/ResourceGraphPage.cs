namespace Shellbox.Activities.Azure;

/// <param name="Rows">The page's resources.</param>
/// <param name="SkipToken">What asks for the next page; null on the last.</param>
public sealed record ResourceGraphPage(IReadOnlyList<ResourceGraphRow> Rows, string? SkipToken);
