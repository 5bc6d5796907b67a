using System.Text.Json;

namespace Shellbox.Embedded.Hosting.Settings;

/// <summary>local.settings.json as Core Tools understands it: its values are settings that the environment overrides.</summary>
internal sealed class LocalSettings
{
    public const string FileName = "local.settings.json";

    private static readonly string[] KnownRoots = ["IsEncrypted", "Values", "Host", "ConnectionStrings"];

    private static readonly string[] KnownHost = ["LocalHttpPort", "CORS", "CORSCredentials"];

    private static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    private LocalSettings()
    {
    }

    /// <summary>The settings by their names in the configuration; none if there is no file.</summary>
    public Dictionary<string, string?> Values { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The keys that mean nothing to this host, by their full names.</summary>
    public List<string> UnknownKeys { get; } = [];

    /// <summary>Reads the file of the script root, if there is one.</summary>
    /// <exception cref="InvalidOperationException">The file cannot be used; the message names all that is wrong with it.</exception>
    public static LocalSettings Read(string scriptRoot)
    {
        var settings = new LocalSettings();
        var path = Path.Combine(scriptRoot, FileName);
        if (!File.Exists(path))
            return settings;
        var faults = new List<string>();
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllText(path), Lenient);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
                settings.Take(document.RootElement, faults);
            else
                faults.Add("it is not an object");
        }
        catch (JsonException e)
        {
            throw new InvalidOperationException($"{path} is not valid JSON: {e.Message}", e);
        }

        return faults.Count == 0
            ? settings
            : throw new InvalidOperationException($"{path} cannot be used:\n- " + string.Join("\n- ", faults));
    }

    private void Take(JsonElement root, List<string> faults)
    {
        foreach (var member in root.EnumerateObject())
        {
            var section = Array.Find(KnownRoots, k => k.Equals(member.Name, StringComparison.OrdinalIgnoreCase));
            switch (section)
            {
                case "IsEncrypted":
                    if (member.Value.ValueKind == JsonValueKind.True)
                        faults.Add("it is encrypted, which only Core Tools can read. Run `func settings decrypt`, or set IsEncrypted to false");
                    break;
                case "Values":
                    Add(section, member.Value, static name => name.Replace("__", ":", StringComparison.Ordinal), faults);
                    break;
                case "ConnectionStrings":
                    Add(section, member.Value, static name => "ConnectionStrings:" + name, faults);
                    break;
                case "Host":
                    Add(section, member.Value, static name => "Host:" + name, faults);
                    break;
                default:
                    UnknownKeys.Add(member.Name);
                    break;
            }
        }
    }

    private void Add(string section, JsonElement values, Func<string, string> key, List<string> faults)
    {
        if (values.ValueKind != JsonValueKind.Object)
        {
            faults.Add($"{section} is not an object");
            return;
        }

        foreach (var member in values.EnumerateObject())
        {
            if (section == "Host" && !KnownHost.Contains(member.Name, StringComparer.OrdinalIgnoreCase))
                UnknownKeys.Add($"Host.{member.Name}");
            var value = member.Value;

            // A connection string may come with the name of its provider.
            if (section == "ConnectionStrings" && value.ValueKind == JsonValueKind.Object
                && value.TryGetProperty("ConnectionString", out var text))
            {
                value = text;
            }

            switch (value.ValueKind)
            {
                case JsonValueKind.Object or JsonValueKind.Array:
                    faults.Add($"{section}.{member.Name} is a list or an object where one value belongs");
                    break;
                case JsonValueKind.Null:
                    break;
                default:
                    Values[key(member.Name)] = value.ValueKind == JsonValueKind.String ? value.GetString() : value.GetRawText();
                    break;
            }
        }
    }
}
