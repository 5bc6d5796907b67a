namespace Shellbox.Activities.Azure;

/// <summary>Where a long-running operation of ARM stands.</summary>
/// <param name="Status"><c>InProgress</c>, <c>Succeeded</c>, <c>Failed</c>, <c>Canceled</c> or another that is not yet the end.</param>
/// <param name="ErrorCode">ARM's code when it failed.</param>
/// <param name="ErrorMessage">ARM's message when it failed.</param>
/// <param name="RetryAfter">How long ARM asks to wait before the next look.</param>
public sealed record OperationState(string Status, string? ErrorCode, string? ErrorMessage, TimeSpan? RetryAfter)
{
    public bool Succeeded => Status.Equals("Succeeded", StringComparison.OrdinalIgnoreCase);

    public bool Ended =>
        Succeeded
        || Status.Equals("Failed", StringComparison.OrdinalIgnoreCase)
        || Status.Equals("Canceled", StringComparison.OrdinalIgnoreCase);
}
