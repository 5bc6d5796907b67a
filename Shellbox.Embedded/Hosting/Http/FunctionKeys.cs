using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Configuration;

namespace Shellbox.Embedded.Hosting.Http;

/// <summary>
/// The keys that requests carry. They come from <c>EmbeddedHost:Keys</c>; the host's own are generated where missing and kept in a file that
/// only the owner can read.
/// </summary>
internal sealed class FunctionKeys
{
    private const string MasterName = "master";
    private const string HostName = "default";
    private const string ExtensionName = "durabletask_extension";

    private readonly Dictionary<string, string> keys = new(StringComparer.OrdinalIgnoreCase);

    public FunctionKeys(IConfiguration settings, string path)
    {
        var generated = Read(path);
        var isNew = false;
        foreach (var name in (string[])[MasterName, HostName, ExtensionName])
        {
            if (settings[$"EmbeddedHost:Keys:{name}"] is { Length: > 0 })
                continue;
            if (!generated.TryGetValue(name, out var key))
            {
                generated[name] = key = Convert.ToBase64String(RandomNumberGenerator.GetBytes(40)).Replace('+', '-').Replace('/', '_').TrimEnd('=');
                isNew = true;
            }

            keys[name] = key;
        }

        foreach (var setting in settings.GetSection("EmbeddedHost:Keys").GetChildren())
        {
            if (setting.Value is { Length: > 0 } value)
                keys[setting.Key] = value;
        }

        if (isNew)
            Write(path, generated);
    }

    public string Master => keys[MasterName];

    public string Host => keys[HostName];

    public string Extension => keys[ExtensionName];

    public bool IsMaster(string? key) => Is(Master, key);

    public bool IsExtension(string? key) => Is(Extension, key);

    /// <summary>Whether the key opens a function: its own, the host's or the master key.</summary>
    public bool OpensFunction(string function, string? key)
    {
        var opens = Is(Master, key) | Is(Host, key);
        return function is not (MasterName or HostName or ExtensionName) && keys.TryGetValue(function, out var own) ? opens | Is(own, key) : opens;
    }

    /// <summary>Whether the key opens some function, though not the management of orchestrations.</summary>
    public bool OpensAnyFunction(string? key)
    {
        var opens = false;
        foreach (var (name, value) in keys)
            opens |= name != ExtensionName && Is(value, key);
        return opens;
    }

    private static bool Is(string expected, string? given) =>
        given is not null && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(expected), Encoding.UTF8.GetBytes(given));

    private static Dictionary<string, string> Read(string path)
    {
        if (!File.Exists(path))
            return [];
        try
        {
            return JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllText(path)) ?? [];
        }
        catch (JsonException e)
        {
            throw new InvalidOperationException($"The host's keys in {path} cannot be read. Delete the file to have new ones made.", e);
        }
    }

    private static void Write(string path, Dictionary<string, string> generated)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var file = new FileStream(path, options);
        JsonSerializer.Serialize(file, generated);
    }
}
