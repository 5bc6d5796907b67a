using System.Globalization;
using System.Text.Json;

namespace Shellbox.LocalHost.Settings;

/// <summary>local.settings.json as Core Tools reads it.</summary>
internal sealed class LocalSettings
{
    public const string FileName = "local.settings.json";

    private readonly List<string> _unknownKeys = [];
    private readonly Dictionary<string, string> _values = new(StringComparer.OrdinalIgnoreCase);

    private LocalSettings() { }

    /// <summary>
    /// The settings by their names as written (<c>A__B</c>), as an app finds them in its environment; connection strings as
    /// <c>ConnectionStrings__NAME</c>.
    /// </summary>
    public IReadOnlyDictionary<string, string> Values => _values;

    /// <summary>The same settings by their keys in a configuration (<c>A:B</c>).</summary>
    public IReadOnlyDictionary<string, string?> Configuration { get; private set; } = new Dictionary<string, string?>();

    /// <summary>The port that <c>Host.LocalHttpPort</c> names; null: none is named.</summary>
    public int? LocalHttpPort { get; private set; }

    /// <summary>The keys that mean nothing to this host, by their full names.</summary>
    public IReadOnlyList<string> UnknownKeys => _unknownKeys;

    /// <summary>Reads the file, if there is one.</summary>
    /// <param name="path">The file.</param>
    /// <param name="faults">Gets a sentence for each thing that cannot be used.</param>
    public static LocalSettings Read(string path, List<string> faults)
    {
        var read = new LocalSettings();
        using var document = JsonFile.Read(path, faults);
        if (document is not null)
            read.Take(document.RootElement, path, faults);
        read.Configuration = read._values.ToDictionary(
            v => v.Key.Replace("__", ":", StringComparison.Ordinal),
            v => (string?)v.Value,
            StringComparer.OrdinalIgnoreCase
        );
        return read;
    }

    private void Take(JsonElement root, string path, List<string> faults)
    {
        if (root.EnumerateObject().Any(m => m.NameEquals("IsEncrypted") && m.Value.ValueKind == JsonValueKind.True))
        {
            faults.Add($"{path} is encrypted, which only Core Tools can read: run `func settings decrypt`, or set IsEncrypted to false.");
            return;
        }

        foreach (var member in root.EnumerateObject())
        {
            switch (member.Name.ToUpperInvariant())
            {
                case "ISENCRYPTED":
                    break;
                case "VALUES":
                    Take(member, string.Empty, path, faults);
                    break;
                case "CONNECTIONSTRINGS":
                    Take(member, "ConnectionStrings__", path, faults);
                    break;
                case "HOST":
                    TakeHost(member, path, faults);
                    break;
                default:
                    _unknownKeys.Add(member.Name);
                    break;
            }
        }
    }

    private void Take(JsonProperty section, string prefix, string path, List<string> faults)
    {
        if (!IsObject(section, path, faults))
            return;
        foreach (var member in section.Value.EnumerateObject())
        {
            var value = member.Value;

            // A connection string may come with the name of its provider.
            if (
                prefix.Length > 0
                && value.ValueKind == JsonValueKind.Object
                && value.TryGetProperty("ConnectionString", out var connection)
            )
            {
                value = connection;
            }

            if (Text(value) is { } text)
            {
                if (!_values.TryAdd(prefix + member.Name, text))
                    faults.Add($"{path}: {section.Name}.{member.Name} is there twice.");
            }
            else if (value.ValueKind != JsonValueKind.Null)
            {
                faults.Add($"{path}: {section.Name}.{member.Name} is a list or an object where one value belongs.");
            }
        }
    }

    private void TakeHost(JsonProperty section, string path, List<string> faults)
    {
        if (!IsObject(section, path, faults))
            return;
        foreach (var member in section.Value.EnumerateObject())
        {
            if (!member.Name.Equals("LocalHttpPort", StringComparison.OrdinalIgnoreCase))
                _unknownKeys.Add($"{section.Name}.{member.Name}");
            else if (ushort.TryParse(Text(member.Value), NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port > 0)
                LocalHttpPort = port;
            else
                faults.Add($"{path}: {section.Name}.{member.Name} is {member.Value.GetRawText()}, which is not a port from 1 to 65535.");
        }
    }

    /// <summary>Whether the section has members; one that is null has none.</summary>
    private static bool IsObject(JsonProperty section, string path, List<string> faults)
    {
        if (section.Value.ValueKind is not (JsonValueKind.Object or JsonValueKind.Null))
            faults.Add($"{path}: {section.Name} is not an object.");
        return section.Value.ValueKind == JsonValueKind.Object;
    }

    private static string? Text(JsonElement value) =>
        value.ValueKind switch
        {
            JsonValueKind.String => value.GetString(),
            JsonValueKind.Object or JsonValueKind.Array or JsonValueKind.Null => null,
            _ => value.GetRawText(),
        };
}
