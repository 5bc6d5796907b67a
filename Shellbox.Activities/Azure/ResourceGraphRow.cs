namespace Shellbox.Activities.Azure;

/// <summary>A resource as Resource Graph saw it some time ago.</summary>
public sealed record ResourceGraphRow(string Id, string Name, string Type, IReadOnlyDictionary<string, string> Tags)
{
    public bool IsInstance => Type.Equals("microsoft.compute/virtualmachines", StringComparison.OrdinalIgnoreCase);
}
