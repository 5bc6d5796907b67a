namespace Shellbox.AzureSimulator.Compute;

internal enum PowerState
{
    Starting,
    Running,
    Stopping,
    Stopped,
    Deallocating,
    Deallocated,
}
