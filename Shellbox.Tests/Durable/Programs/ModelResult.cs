namespace Shellbox.Tests.Durable.Programs;

/// <summary>What a piece of a program comes to.</summary>
/// <param name="Text">Its result.</param>
/// <param name="End">When, in half seconds.</param>
/// <param name="Failed">The task whose failure it ended with; null: none.</param>
internal sealed record ModelResult(string Text, int End, string? Failed);
