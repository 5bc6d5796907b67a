using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using Shellbox.LocalHost.Protocol;

namespace Shellbox.LocalHost.Functions;

/// <summary>Reads the functions that a worker lists, and refuses what this host could not run.</summary>
internal static partial class FunctionIndex
{
    /// <param name="metadata">What the worker says.</param>
    /// <param name="settings">The app's settings: <c>AzureWebJobs.NAME.Disabled</c> leaves a function out.</param>
    /// <exception cref="FormatException">Some cannot be run; the message names them all.</exception>
    public static IReadOnlyList<FunctionDefinition> Read(IReadOnlyList<RpcFunctionMetadata> metadata, IConfiguration settings)
    {
        var functions = new List<FunctionDefinition>();
        var faults = new List<string>();
        foreach (var item in metadata)
        {
            if (IsDisabled(item.Name, settings))
                continue;
            try
            {
                var function = new FunctionDefinition(item);
                if (!FunctionTypeBuilder.Triggers.Contains(function.TriggerType, StringComparer.OrdinalIgnoreCase))
                    faults.Add(Missing(item.Name, function.TriggerType));
                faults.AddRange(
                    function
                        .Others.Where(b => !FunctionTypeBuilder.Bindings.Contains(b.Type, StringComparer.OrdinalIgnoreCase))
                        .Select(b => Missing(item.Name, b.Type))
                );
                faults.AddRange(UnsetSettings(function, settings));
                functions.Add(function);
            }
            catch (FormatException e)
            {
                faults.Add(e.Message);
            }
        }

        faults.AddRange(
            functions
                .GroupBy(f => f.Name, StringComparer.OrdinalIgnoreCase)
                .Where(g => g.Count() > 1)
                .Select(g => $"{g.Count()} functions have the name '{g.Key}'.")
        );
        if (functions.Count == 0 && faults.Count == 0)
            faults.Add("The app has no functions.");
        return faults.Count == 0 ? functions : throw new FormatException(string.Join("\n", faults));
    }

    private static string Missing(string function, string type) =>
        $"The function '{function}' has a '{type}', which this host has no extension for. It has: "
        + $"{string.Join(", ", FunctionTypeBuilder.Triggers.Concat(FunctionTypeBuilder.Bindings))}.";

    /// <summary>The extensions refuse these too, but one at a time.</summary>
    private static IEnumerable<string> UnsetSettings(FunctionDefinition function, IConfiguration settings)
    {
        foreach (var property in (string[])["schedule", "queueName"])
        {
            foreach (Match name in SettingName().Matches(function.TriggerProperty(property) ?? ""))
            {
                var setting = name.Groups[1].Value;
                if (string.IsNullOrEmpty(settings[setting]))
                    yield return $"The function '{function.Name}' needs the setting '{setting}' for its {property}, and it is missing.";
            }
        }

        if (
            function.TriggerProperty("connection") is { Length: > 0 } connection
            && settings[connection] is null
            && settings["AzureWebJobs" + connection] is null
            && settings.GetConnectionString(connection) is null
            && !settings.GetSection(connection).GetChildren().Any()
            && !settings.GetSection("AzureWebJobs" + connection).GetChildren().Any()
        )
        {
            yield return $"The function '{function.Name}' needs the connection '{connection}', and there is no such setting.";
        }
    }

    [GeneratedRegex("%([^%]+)%", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex SettingName();

    private static bool IsDisabled(string function, IConfiguration settings) =>
        (settings[$"AzureWebJobs.{function}.Disabled"] ?? settings[$"AzureWebJobs:{function}:Disabled"]) is { } value
        && (value == "1" || value.Equals("true", StringComparison.OrdinalIgnoreCase));
}
