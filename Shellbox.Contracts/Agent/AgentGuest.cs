namespace Shellbox.Contracts.Agent;

/// <summary>A guest as its instance sees it.</summary>
/// <param name="Box">Its name there.</param>
/// <param name="Epoch">The highest epoch that the instance has seen for it.</param>
/// <param name="Busy">Whether a verb works on it at this moment.</param>
/// <param name="Running">Whether its QEMU is in memory.</param>
/// <param name="Status">QEMU's own word, for example <c>running</c> or <c>paused</c>.</param>
public sealed record AgentGuest(string Box, long? Epoch, bool Busy, bool Running, string? Status);
