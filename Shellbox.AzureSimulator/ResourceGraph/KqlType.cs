namespace Shellbox.AzureSimulator.ResourceGraph;

internal enum KqlType
{
    String,
    Bool,
    Long,
    Real,
    DateTime,
    TimeSpan,
    Dynamic,
}
