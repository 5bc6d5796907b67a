namespace Shellbox.AzureSimulator;

/// <summary>Why the simulator cannot start, in one sentence that names the remedy.</summary>
public sealed class SimulatorStartException : Exception
{
    /// <inheritdoc/>
    public SimulatorStartException() { }

    /// <inheritdoc/>
    public SimulatorStartException(string message)
        : base(message) { }

    /// <inheritdoc/>
    public SimulatorStartException(string message, Exception innerException)
        : base(message, innerException) { }
}
