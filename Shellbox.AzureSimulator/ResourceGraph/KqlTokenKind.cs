namespace Shellbox.AzureSimulator.ResourceGraph;

internal enum KqlTokenKind
{
    Identifier,
    Text,
    Number,
    TimeSpan,
    Symbol,
    End,
}
