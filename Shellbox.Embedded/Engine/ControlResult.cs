using Shellbox.Embedded.DurableTask.Client;

namespace Shellbox.Embedded.Engine;

/// <summary>What became of an order to an instance, and the state it was in.</summary>
internal readonly record struct ControlResult(ControlOutcome Outcome, OrchestrationRuntimeStatus Status);
