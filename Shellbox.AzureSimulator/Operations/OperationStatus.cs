namespace Shellbox.AzureSimulator.Operations;

/// <summary>The states of an operation resource, as ARM spells them.</summary>
internal enum OperationStatus
{
    InProgress,
    Succeeded,
    Failed,
    Canceled,
}
