namespace Shellbox.AzureSimulator.Faults;

/// <summary>What an injected fault does to one long-running operation.</summary>
internal sealed record OperationFault(Fault Source, CancellationToken Released);
