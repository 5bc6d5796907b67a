namespace Shellbox.Cli.Api;

/// <summary>The box's state after a disconnect, and how many sessions go on.</summary>
internal sealed record DisconnectResult(string State, int Sessions);
