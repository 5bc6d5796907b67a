namespace Shellbox.AzureSimulator.ResourceGraph;

internal sealed record KqlColumn(string Name, KqlType Type);
