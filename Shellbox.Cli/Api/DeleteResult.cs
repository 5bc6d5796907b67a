namespace Shellbox.Cli.Api;

/// <summary>How a delete ended: <c>deleted</c>, or <c>superseded</c> when another one has taken over.</summary>
internal sealed record DeleteResult(string? State);
