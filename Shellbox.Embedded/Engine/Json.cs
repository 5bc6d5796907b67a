using System.Text.Json;

namespace Shellbox.Embedded.Engine;

/// <summary>How inputs, outputs and events are written: members as declared, enums as numbers; read in any letter case.</summary>
internal static class Json
{
    private static readonly JsonSerializerOptions Options = new() { PropertyNameCaseInsensitive = true };

    public static string? Serialize(object? value) => value is null ? null : JsonSerializer.Serialize(value, value.GetType(), Options);

    public static T? Deserialize<T>(string? json) =>
        string.IsNullOrEmpty(json) || json == "null" ? default : JsonSerializer.Deserialize<T>(json, Options);

    public static object? Deserialize(string? json, Type type)
    {
        if (string.IsNullOrEmpty(json) || json == "null")
            return type.IsValueType ? Activator.CreateInstance(type) : null;
        return JsonSerializer.Deserialize(json, type, Options);
    }
}
