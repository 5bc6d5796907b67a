namespace Shellbox.Cli.Api;

/// <summary>The box's state after a disconnect, and how many sessions go on.</summary>
/// <remarks>Besides the states of a box there is "superseded": a connect that came later has the box now.</remarks>
internal sealed record DisconnectResult(string State, int Sessions);
