using System.Text.Json;

namespace Shellbox.Embedded.Hosting.Settings;

/// <summary>local.settings.json as Core Tools understands it: its values are settings that the environment overrides.</summary>
internal static class LocalSettings
{
    public const string FileName = "local.settings.json";

    private static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <summary>The settings in the file; none if there is no file.</summary>
    /// <exception cref="InvalidOperationException">The file cannot be read.</exception>
    public static Dictionary<string, string?> Read(string scriptRoot)
    {
        var settings = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        var path = Path.Combine(scriptRoot, FileName);
        if (!File.Exists(path))
            return settings;
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllText(path), Lenient);
            var root = document.RootElement;
            if (Member(root, "IsEncrypted") is { ValueKind: JsonValueKind.True })
            {
                throw new InvalidOperationException(
                    $"{path} is encrypted, which only Core Tools can read. Run `func settings decrypt`, or set IsEncrypted to false.");
            }

            Add(settings, Member(root, "Values"), static name => name.Replace("__", ":", StringComparison.Ordinal));
            Add(settings, Member(root, "ConnectionStrings"), static name => "ConnectionStrings:" + name);
            Add(settings, Member(root, "Host"), static name => "Host:" + name);
        }
        catch (JsonException e)
        {
            throw new InvalidOperationException($"{path} is not valid JSON: {e.Message}", e);
        }

        return settings;
    }

    private static JsonElement? Member(JsonElement parent, string name)
    {
        if (parent.ValueKind != JsonValueKind.Object)
            return null;
        foreach (var member in parent.EnumerateObject())
        {
            if (member.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
                return member.Value;
        }

        return null;
    }

    private static void Add(Dictionary<string, string?> settings, JsonElement? section, Func<string, string> key)
    {
        if (section is not { ValueKind: JsonValueKind.Object } values)
            return;
        foreach (var value in values.EnumerateObject())
            settings[key(value.Name)] = value.Value.ValueKind == JsonValueKind.String ? value.Value.GetString() : value.Value.GetRawText();
    }
}
