using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Azure.WebJobs.Extensions.DurableTask;
using Microsoft.Azure.WebJobs.Extensions.Timers;
using Microsoft.Azure.WebJobs.Host;
using Microsoft.Azure.WebJobs.Host.Scale;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Shellbox.LocalHost.Durable;

namespace Shellbox.LocalHost.Settings;

/// <summary>host.json as the official host reads it, overridden by settings that begin with <c>AzureFunctionsJobHost:</c>.</summary>
internal sealed partial class HostJson
{
    public const string FileName = "host.json";

    /// <summary>Where the WebJobs SDK and the extensions look for their options.</summary>
    public const string JobHostPrefix = "AzureWebJobs";

    /// <summary>The hub of an app that names none, as the Durable extension calls it.</summary>
    public const string DefaultHubName = "TestHubName";

    private const string DefaultRoutePrefix = "api";
    private const string DefaultDatabase = "durable.db";
    private const string RoutePrefixKey = "extensions:http:routePrefix";
    private const string HubNameKey = "extensions:durableTask:hubName";
    private const string StorageKey = "extensions:durableTask:storageProvider";

    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromMinutes(30);

    /// <summary>Keys of the official host that change nothing of what an app can see on one machine.</summary>
    private static readonly string[] IgnoredKeys =
    [
        "$schema",
        "aggregator",
        "extensionBundle",
        "healthMonitor",
        "isDefaultHostConfig",
        "managedDependency",
        "telemetryMode",
        "watchDirectories",
        "watchFiles",
    ];

    private static readonly string[] IgnoredLoggingKeys = ["applicationInsights", "console", "fileLoggingMode"];

    /// <summary>Keys of <c>storageProvider</c> that name a setting; the longer names are old ones.</summary>
    private static readonly string[] ConnectionKeys =
    [
        "connectionName",
        "connectionStringName",
        "trackingStoreConnectionName",
        "trackingStoreConnectionStringName",
    ];

    private readonly IConfiguration _root;
    private readonly List<string> _unknownKeys = [];

    private HostJson(IConfiguration root) => _root = root;

    /// <summary>What the routes of all functions begin with, without slashes around it; may be empty.</summary>
    public string RoutePrefix { get; private set; } = DefaultRoutePrefix;

    /// <summary>How long a function may run; <see cref="Timeout.InfiniteTimeSpan"/>: as long as it likes.</summary>
    public TimeSpan FunctionTimeout { get; private set; } = DefaultTimeout;

    /// <summary>The task hub, which may have been named by a setting (<c>%NAME%</c>).</summary>
    public string HubName { get; private set; } = DefaultHubName;

    /// <summary>The kind of storage that orchestrations are kept in: one of <see cref="StorageTypes"/>.</summary>
    public string StorageType { get; private set; } = StorageTypes[0];

    /// <summary>The file for orchestrations, where they are kept in sqlite.</summary>
    public string DatabasePath { get; private set; } = DefaultDatabase;

    /// <summary>
    /// The least level that is logged, a word of <see cref="LogLevel"/>, by category (a prefix of it), or by <c>default</c>.
    /// </summary>
    public IReadOnlyDictionary<string, string> LogLevels { get; private set; } = new Dictionary<string, string>();

    /// <summary>Every value by its key in the configuration of the job host.</summary>
    public IReadOnlyDictionary<string, string?> JobHostSettings { get; private set; } = new Dictionary<string, string?>();

    /// <summary>The keys that mean nothing to this host, by their full names.</summary>
    public IReadOnlyList<string> UnknownKeys => _unknownKeys;

    /// <summary>The words for <c>storageProvider.type</c>, the default first.</summary>
    public static IReadOnlyList<string> StorageTypes { get; } = ["AzureStorage", SqliteProviderFactory.ProviderName];

    /// <summary>Reads the file of the app's directory, if there is one.</summary>
    /// <param name="appDirectory">The directory of the published app.</param>
    /// <param name="settings">All settings of the host.</param>
    /// <param name="faults">
    /// Gets a sentence for each thing that cannot be used; if it gets any, what is returned is not fit for a start.
    /// </param>
    public static HostJson Read(string appDirectory, IConfiguration settings, List<string> faults)
    {
        var path = Path.Combine(appDirectory, FileName);
        var file = ReadFile(path, faults);
        var overrides = settings.GetSection(OptionsCheck.OverridePrefix);

        // Value by value: a configuration that is added as a whole loses its empty texts, and an empty routePrefix is one that counts.
        var read = new HostJson(
            new ConfigurationBuilder()
                .AddInMemoryCollection(file.AsEnumerable())
                .AddInMemoryCollection(Values(overrides.AsEnumerable(makePathsRelative: true)))
                .Build()
        );
        read.Check(settings, file, path, faults);
        return read;
    }

    private static IConfigurationRoot ReadFile(string path, List<string> faults)
    {
        var builder = new ConfigurationBuilder();
        using var document = JsonFile.Read(path, faults);
        if (document is null)
            return builder.Build();
        try
        {
            return builder.AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(document.RootElement.GetRawText()))).Build();
        }
        catch (Exception e) when (e is FormatException or InvalidDataException)
        {
            // A key that is there twice, which is read only here.
            faults.Add($"{path} cannot be used: {(e.InnerException as FormatException ?? e).Message}");
            return new ConfigurationBuilder().Build();
        }
    }

    private static IEnumerable<KeyValuePair<string, string?>> Values(IEnumerable<KeyValuePair<string, string?>> all) =>
        all.Where(v => v.Value is not null);

    private void Check(IConfiguration settings, IConfiguration file, string path, List<string> faults)
    {
        var check = new OptionsCheck(settings, faults, _unknownKeys);
        foreach (var section in _root.GetChildren())
        {
            switch (section.Key.ToUpperInvariant())
            {
                case "VERSION":
                    _ = check.Choice(section, "2.0");
                    break;
                case "FUNCTIONTIMEOUT":
                    FunctionTimeout = section.Value is "-1" or "-1.00:00:00"
                        ? Timeout.InfiniteTimeSpan
                        : check.Duration(section) ?? DefaultTimeout;
                    break;
                case "LOGGING":
                    CheckLogging(section, check);
                    break;
                case "EXTENSIONS":
                    CheckExtensions(section, check);
                    break;
                case "SINGLETON":
                    check.Check(section, typeof(SingletonOptions));
                    break;
                case "CONCURRENCY":
                    check.Check(section, typeof(ConcurrencyOptions));
                    break;
                default:
                    if (!IgnoredKeys.Contains(section.Key, StringComparer.OrdinalIgnoreCase))
                        check.AddUnknown(section);
                    break;
            }
        }

        if (_root["version"] is null && file.GetChildren().Any())
            faults.Add($"{path} has no version; it must have \"version\": \"2.0\".");
        ReadRoutePrefix(file, check, faults);
        ReadHubName(settings, check, faults);
        CheckStorage(settings, check, faults);
        JobHostSettings = JobHostValues();
    }

    private void CheckLogging(IConfigurationSection logging, OptionsCheck check)
    {
        if (!check.IsObject(logging))
            return;
        foreach (var section in logging.GetChildren())
        {
            if (!section.Key.Equals("logLevel", StringComparison.OrdinalIgnoreCase))
            {
                if (!IgnoredLoggingKeys.Contains(section.Key, StringComparer.OrdinalIgnoreCase))
                    check.AddUnknown(section);
            }
            else if (check.IsObject(section))
            {
                LogLevels = section
                    .GetChildren()
                    .Select(c => (c.Key, Level: check.Choice(c, Enum.GetNames<LogLevel>())))
                    .Where(c => c.Level is not null)
                    .ToDictionary(c => c.Key, c => c.Level!, StringComparer.OrdinalIgnoreCase);
            }
        }
    }

    private static void CheckExtensions(IConfigurationSection extensions, OptionsCheck check)
    {
        if (!check.IsObject(extensions))
            return;
        foreach (var section in extensions.GetChildren())
        {
            switch (section.Key.ToUpperInvariant())
            {
                case "HTTP":
                    check.Check(section, typeof(object), "routePrefix");
                    break;
                case "QUEUES":
                    check.Check(section, typeof(QueuesOptions));
                    break;
                case "TIMERS":
                    check.Check(section, typeof(TimersOptions));
                    break;
                case "DURABLETASK":
                    check.Check(section, typeof(DurableTaskOptions));
                    break;
                default:
                    check.AddUnknown(section);
                    break;
            }
        }
    }

    private void ReadRoutePrefix(IConfiguration file, OptionsCheck check, List<string> faults)
    {
        var section = _root.GetSection(RoutePrefixKey);
        if (check.Text(section) is not { } prefix)
            return;
        RoutePrefix = prefix;
        var ofFile = file[RoutePrefixKey] ?? DefaultRoutePrefix;
        if (!RoutePrefixPattern().IsMatch(prefix))
            faults.Add($"{check.Name(section)} is '{prefix}', which is not a path without slashes at its ends.");
        // The worker lays its own routes by the file, and would answer 404 to all that comes in by another prefix.
        else if (prefix != ofFile)
            faults.Add($"{check.Name(section)} is '{prefix}', but the app takes its prefix from {FileName} alone: '{ofFile}'.");
    }

    private void ReadHubName(IConfiguration settings, OptionsCheck check, List<string> faults)
    {
        var section = _root.GetSection(HubNameKey);
        if (section.GetChildren().Any() || section.Value is not { } name)
            return;
        if (name.Length > 2 && name[0] == '%' && name[^1] == '%')
        {
            var setting = name[1..^1];
            if (settings[setting.Replace("__", ":", StringComparison.Ordinal)] is not { Length: > 0 } value)
            {
                faults.Add($"{check.Name(section)} is '{name}', but there is no setting {setting}.");
                return;
            }

            name = value;
        }

        HubName = name;
        if (!HubNamePattern().IsMatch(name))
            faults.Add($"{check.Name(section)} is '{name}', which is not a letter with 2 to 44 letters and digits after it.");
    }

    private void CheckStorage(IConfiguration settings, OptionsCheck check, List<string> faults)
    {
        var storage = _root.GetSection(StorageKey);
        StorageType = check.Choice(storage.GetSection("type"), [.. StorageTypes]) ?? StorageTypes[0];
        if (StorageType != StorageTypes[0])
        {
            DatabasePath = check.Text(storage.GetSection(SqliteOptions.DatabasePath)) is { Length: > 0 } file ? file : DefaultDatabase;
            return;
        }

        foreach (var key in ConnectionKeys)
        {
            var section = storage.GetSection(key);
            if (section.Value is { Length: > 0 } connection && !settings.GetWebJobsConnectionSection(connection).Exists())
                faults.Add($"{check.Name(section)} is '{connection}', but there is no setting {connection} or AzureWebJobs{connection}.");
        }

        if (IsTrue("useLegacyPartitionManagement") && IsTrue("useTablePartitionManagement"))
            faults.Add($"{check.Name(storage)}: useLegacyPartitionManagement and useTablePartitionManagement exclude each other.");

        bool IsTrue(string key) => bool.TryParse(storage[key], out var value) && value;
    }

    private Dictionary<string, string?> JobHostValues()
    {
        var values = Values(_root.AsEnumerable())
            .ToDictionary(v => ConfigurationPath.Combine(JobHostPrefix, v.Key), v => v.Value, StringComparer.OrdinalIgnoreCase);

        // Also where the file does not name it: the extension would look for a default of its own in the environment.
        values[ConfigurationPath.Combine(JobHostPrefix, HubNameKey)] = HubName;
        return values;
    }

    [GeneratedRegex("^(?:[^/\\\\?#{}*~\\s]+(?:/[^/\\\\?#{}*~\\s]+)*)?$", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex RoutePrefixPattern();

    /// <summary>Queues, tables and containers are named after the hub, and the extension adds to the name.</summary>
    [GeneratedRegex("^[A-Za-z][A-Za-z0-9]{2,44}$", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex HubNamePattern();
}
