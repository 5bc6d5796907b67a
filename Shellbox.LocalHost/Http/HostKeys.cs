using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Configuration;

namespace Shellbox.LocalHost.Http;

/// <summary>
/// The keys that requests carry. They come from <c>LocalHost:Keys:NAME</c>, else from a file that only its owner can read, where the host's
/// own are generated once. A name that is none of the host's own is that of a function.
/// </summary>
internal sealed class HostKeys
{
    private const string Section = "LocalHost:Keys";
    private const string MasterName = "master";
    private const string HostName = "default";
    private const string ManagementName = "durabletask_extension";

    private static readonly string[] OwnNames = [MasterName, HostName, ManagementName];

    private readonly Dictionary<string, string> _keys;

    private HostKeys(Dictionary<string, string> keys) => _keys = keys;

    /// <summary>Opens everything.</summary>
    public string Master => _keys[MasterName];

    /// <summary>Opens every function of level Function.</summary>
    public string Host => _keys[HostName];

    /// <summary>Opens the management API of the Durable extension.</summary>
    public string Management => _keys[ManagementName];

    /// <summary>Reads the keys, and makes those of the host that are not there yet.</summary>
    /// <param name="settings">All settings of the host.</param>
    /// <param name="path">The file of the generated keys; several hosts may share it.</param>
    /// <param name="time">The clock by which another host that writes the file is waited for.</param>
    /// <param name="cancellationToken">Ends the wait for another host that writes the file.</param>
    /// <exception cref="InvalidOperationException">
    /// The file cannot be read, or another host holds it for longer than ten seconds.
    /// </exception>
    public static async Task<HostKeys> OpenAsync(
        IConfiguration settings,
        string path,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        var keys = await KeyFile.ReadAsync(path, OwnNames, Generate, time, cancellationToken);
        foreach (var setting in settings.GetSection(Section).GetChildren())
        {
            if (setting.Value is { Length: > 0 } key)
                keys[setting.Key] = key;
        }

        return new HostKeys(keys);
    }

    /// <summary>Whether it is the master key, which alone opens functions of level Admin.</summary>
    public bool IsMaster(string? key) => Is(Master, key);

    /// <summary>Whether the key opens a function of level Function: its own, the host's or the master key.</summary>
    public bool OpensFunction(string function, string? key)
    {
        var opens = Is(Master, key) | Is(Host, key);
        var isOwnName = OwnNames.Contains(function, StringComparer.OrdinalIgnoreCase);
        return !isOwnName && _keys.TryGetValue(function, out var own) ? opens | Is(own, key) : opens;
    }

    /// <summary>What the key does at the management API, which its own and the master key open.</summary>
    public ManagementAccess OpensManagement(string? key)
    {
        var opens = Is(Master, key) | Is(Management, key);
        var isKnown = false;
        foreach (var known in _keys.Values)
            isKnown |= Is(known, key);
        return opens ? ManagementAccess.Open
            : isKnown ? ManagementAccess.Forbidden
            : ManagementAccess.Unknown;
    }

    /// <summary>In the time that it takes nothing shows of where two keys differ.</summary>
    private static bool Is(string expected, string? given) =>
        given is not null && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(expected), Encoding.UTF8.GetBytes(given));

    /// <summary>54 characters that need no escape in a URL.</summary>
    private static string Generate() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(40));
}
