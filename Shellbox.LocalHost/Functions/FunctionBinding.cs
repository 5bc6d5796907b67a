using System.Text.Json;

namespace Shellbox.LocalHost.Functions;

/// <summary>A binding of a function that is not its trigger.</summary>
/// <param name="Name">The parameter's name.</param>
/// <param name="Type">Such as <c>durableClient</c>; in whatever letter case.</param>
/// <param name="Properties">All that is said of it.</param>
internal sealed record FunctionBinding(string Name, string Type, JsonElement Properties)
{
    public string? Property(string name) => FunctionDefinition.Text(Properties, name);

    public bool Is(string type) => Type.Equals(type, StringComparison.OrdinalIgnoreCase);
}
