namespace Shellbox.Contracts.Boxes;

/// <summary>What a disconnect is answered with.</summary>
/// <param name="State">The box's state now, as the word of a <see cref="BoxState"/>. The output of a release that was followed to its end
/// has <see cref="ReleaseResult.Superseded"/> there when a connect that came later has the box now.</param>
/// <param name="Sessions">How many sessions go on.</param>
public sealed record DisconnectResult(string State, int Sessions);
