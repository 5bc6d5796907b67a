namespace Shellbox.Embedded.Engine;

/// <summary>An instance that is to be started.</summary>
/// <param name="Name">The orchestrator.</param>
/// <param name="Id">The instance.</param>
/// <param name="Input">Its input as JSON.</param>
/// <param name="StartAt">When it may begin (UTC); null: at once.</param>
/// <param name="Version">Its version; null: the host's default.</param>
/// <param name="Tags">Its labels as JSON.</param>
internal sealed record StartRequest(string Name, string Id, string? Input, DateTime? StartAt = null, string? Version = null, string? Tags = null);
