namespace Shellbox.Activities.Azure;

/// <param name="Values">The page's resources.</param>
/// <param name="Continuation">What asks for the next page; null on the last.</param>
public sealed record ProviderPage<T>(IReadOnlyList<T> Values, string? Continuation);
