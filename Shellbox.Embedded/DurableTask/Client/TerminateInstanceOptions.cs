namespace Shellbox.Embedded.DurableTask.Client;

/// <summary>How an instance is terminated.</summary>
/// <param name="Output">Its output.</param>
/// <param name="Recursive">Whether its sub-orchestrations are terminated too.</param>
public record TerminateInstanceOptions(object? Output = null, bool Recursive = false);
