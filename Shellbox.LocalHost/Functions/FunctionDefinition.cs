using System.Text.Json;
using Shellbox.LocalHost.Protocol;

namespace Shellbox.LocalHost.Functions;

/// <summary>One function of the app, as its worker describes it.</summary>
internal sealed class FunctionDefinition
{
    private readonly JsonElement _trigger;

    /// <exception cref="FormatException">It has no trigger, or two.</exception>
    public FunctionDefinition(RpcFunctionMetadata metadata)
    {
        Name = metadata.Name;
        var bindings = metadata.RawBindings.Select(Parse).ToList();
        var triggers = bindings.Where(IsTrigger).ToList();
        if (triggers.Count != 1)
            throw new FormatException($"The function '{Name}' has {triggers.Count} triggers; it must have one.");
        _trigger = triggers[0];
        Others = [.. bindings.Where(b => !IsTrigger(b)).Select(b => new FunctionBinding(Text(b, "name") ?? "", Text(b, "type") ?? "", b))];
    }

    public string Name { get; }

    /// <summary>The trigger's type, such as <c>httpTrigger</c>; in whatever letter case.</summary>
    public string TriggerType => Text(_trigger, "type")!;

    /// <summary>The name of the parameter that the trigger binds.</summary>
    public string TriggerName => Text(_trigger, "name") ?? "trigger";

    /// <summary>The bindings beside the trigger.</summary>
    public IReadOnlyList<FunctionBinding> Others { get; }

    public bool HasTrigger(string type) => TriggerType.Equals(type, StringComparison.OrdinalIgnoreCase);

    /// <summary>A property of the trigger; null when it is not set.</summary>
    public string? TriggerProperty(string name) => Text(_trigger, name);

    public bool TriggerFlag(string name, bool otherwise = false) => bool.TryParse(Text(_trigger, name), out var flag) ? flag : otherwise;

    /// <summary>The HTTP methods that it takes; empty: all.</summary>
    public IReadOnlyList<string> Methods =>
        Find(_trigger, "methods") is { ValueKind: JsonValueKind.Array } methods
            ? [.. methods.EnumerateArray().Select(m => m.GetString()!.ToUpperInvariant())]
            : [];

    /// <summary>Whether the trigger's value is given to the worker as a reference that it reads itself.</summary>
    public bool SupportsDeferredBinding =>
        Find(_trigger, "properties") is { ValueKind: JsonValueKind.Object } properties
        && bool.TryParse(Text(properties, "supportsDeferredBinding"), out var deferred)
        && deferred;

    /// <summary>
    /// Metadata that was read from a file comes without the typed bindings, and a function loaded like that binds nothing.
    /// </summary>
    public static void AddBindings(RpcFunctionMetadata metadata)
    {
        foreach (var binding in metadata.RawBindings.Select(Parse))
        {
            metadata.Bindings[Text(binding, "name") ?? ""] = new BindingInfo
            {
                Type = Text(binding, "type") ?? "",
                Direction = Enum.TryParse<BindingInfo.Types.Direction>(Text(binding, "direction"), ignoreCase: true, out var direction)
                    ? direction
                    : default,
                DataType = Enum.TryParse<BindingInfo.Types.DataType>(Text(binding, "dataType"), ignoreCase: true, out var dataType)
                    ? dataType
                    : default,
            };
        }
    }

    /// <summary>Letter case differs between the worker's two sources of metadata, in names and in values.</summary>
    internal static string? Text(JsonElement element, string name) =>
        Find(element, name) switch
        {
            { ValueKind: JsonValueKind.String } text => text.GetString(),
            { ValueKind: JsonValueKind.Null or JsonValueKind.Undefined } or null => null,
            { } other => other.ToString(),
        };

    private static JsonElement? Find(JsonElement element, string name)
    {
        foreach (var property in element.EnumerateObject())
        {
            if (property.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
                return property.Value;
        }

        return null;
    }

    private static JsonElement Parse(string json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.Clone();
    }

    private static bool IsTrigger(JsonElement binding) =>
        (Text(binding, "type") ?? "").EndsWith("Trigger", StringComparison.OrdinalIgnoreCase);
}
