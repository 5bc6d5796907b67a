namespace Shellbox.Contracts.Operations;

/// <summary>The Durable management payload of a 202, as far as a client needs it. What writes it is Durable's own type.</summary>
/// <param name="Id">The orchestration, which is the operation.</param>
/// <param name="StatusQueryGetUri">Where its status is; the URL carries its own key.</param>
/// <param name="TerminatePostUri">What ends it, with a place for the reason.</param>
public sealed record ManagementPayload(string? Id, Uri? StatusQueryGetUri, string? TerminatePostUri);
