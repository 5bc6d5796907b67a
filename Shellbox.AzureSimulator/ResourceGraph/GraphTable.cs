namespace Shellbox.AzureSimulator.ResourceGraph;

internal enum GraphTable
{
    Resources,
    ResourceContainers,
}
