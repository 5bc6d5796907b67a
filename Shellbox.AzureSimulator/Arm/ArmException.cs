namespace Shellbox.AzureSimulator.Arm;

/// <summary>Ends a request, or fails a long-running operation, with the given error.</summary>
internal sealed class ArmException(ArmError error) : Exception(error.Message)
{
    public ArmError Error { get; } = error;
}
