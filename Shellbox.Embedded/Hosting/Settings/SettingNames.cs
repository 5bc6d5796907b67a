using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;

namespace Shellbox.Embedded.Hosting.Settings;

/// <summary>Settings named in attributes.</summary>
internal static partial class SettingNames
{
    /// <summary>Replaces each <c>%NAME%</c> by that setting.</summary>
    /// <exception cref="InvalidOperationException">There is no such setting.</exception>
    public static string Resolve(IConfiguration settings, string text) => Pattern().Replace(
        text,
        match => settings[match.Groups[1].Value.Replace("__", ":", StringComparison.Ordinal)] is { Length: > 0 } value
            ? value
            : throw new InvalidOperationException($"'{match.Value}' in '{text}' names the setting '{match.Groups[1].Value}', which is not set."));

    /// <summary>The connection string of that name; null: there is none.</summary>
    public static string? Connection(IConfiguration settings, string? name)
    {
        name = string.IsNullOrEmpty(name) ? "AzureWebJobsStorage" : name.Trim('%');
        return settings[name] ?? settings["AzureWebJobs" + name] ?? settings.GetConnectionString(name);
    }

    [GeneratedRegex("%([^%]+)%", RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}
