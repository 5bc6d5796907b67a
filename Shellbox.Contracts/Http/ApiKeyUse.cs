namespace Shellbox.Contracts.Http;

/// <summary>Which key a request carried, or would have if there had been one.</summary>
/// <param name="Kind">What the request takes.</param>
/// <param name="WasGiven">Whether the client has one.</param>
public sealed record ApiKeyUse(ApiKeyKind Kind, bool WasGiven);
