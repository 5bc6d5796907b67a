namespace Shellbox.Tests.Durable.Programs;

/// <summary>What an execution begins with.</summary>
/// <param name="Program">The program.</param>
/// <param name="Round">The round it is in.</param>
/// <param name="Before">The results of the rounds before.</param>
public sealed record ProgramInput(OrchestratorProgram Program, int Round = 0, string Before = "");
