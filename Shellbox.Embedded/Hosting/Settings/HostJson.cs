using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Configuration;

namespace Shellbox.Embedded.Hosting.Settings;

/// <summary>host.json, overridden by settings that begin with <c>AzureFunctionsJobHost:</c>.</summary>
internal sealed class HostJson
{
    public const string FileName = "host.json";

    private static readonly string[] KnownRoots =
        ["version", "functionTimeout", "logging", "extensions", "extensionBundle", "healthMonitor", "aggregator", "singleton", "watchDirectories", "telemetryMode"];

    private static readonly string[] KnownLogging = ["logLevel", "fileLoggingMode", "applicationInsights", "console"];

    /// <summary>By extension: the keys that this host heeds, and those of the official host that change nothing of what an app can see here.</summary>
    private static readonly Dictionary<string, string[]> KnownKeys = new(StringComparer.OrdinalIgnoreCase)
    {
        ["http"] = ["routePrefix"],
        ["queues"] = ["batchSize", "newBatchThreshold", "maxPollingInterval", "visibilityTimeout", "maxDequeueCount", "messageEncoding"],
        ["durableTask"] =
        [
            "hubName", "maxConcurrentActivityFunctions", "maxConcurrentOrchestratorFunctions", "storageProvider", "extendedSessionsEnabled",
            "extendedSessionIdleTimeoutInSeconds", "defaultVersion", "versionMatchStrategy", "versionFailureStrategy", "tracing",
            "storeInputsInOrchestrationHistory",
        ],
    };

    /// <summary>The clock cannot be set for much longer.</summary>
    private static readonly TimeSpan LongestTimeout = TimeSpan.FromDays(24);

    private readonly IConfiguration root;

    private HostJson(IConfiguration root) => this.root = root;

    public string RoutePrefix => root["extensions:http:routePrefix"] ?? "api";

    /// <summary>How long a function may run; negative in the file (-1): as long as it likes.</summary>
    public TimeSpan FunctionTimeout => root["functionTimeout"]?.StartsWith('-') == true
        ? Timeout.InfiniteTimeSpan
        : Duration("functionTimeout", TimeSpan.FromMinutes(30), TimeSpan.FromSeconds(1), LongestTimeout);

    public string HubName => root["extensions:durableTask:hubName"] ?? "TestHubName";

    public int? MaxConcurrentActivities => Count("extensions:durableTask:maxConcurrentActivityFunctions", 1, 100_000);

    public int? MaxConcurrentOrchestrators => Count("extensions:durableTask:maxConcurrentOrchestratorFunctions", 1, 100_000);

    public string? DefaultVersion => root["extensions:durableTask:defaultVersion"];

    public bool StrictVersion => Choice("extensions:durableTask:versionMatchStrategy", "None", "Strict") == "Strict";

    /// <summary>Whether the histories that the management API shows have the inputs of activities and children.</summary>
    public bool StoreInputsInHistory => Choice("extensions:durableTask:storeInputsInOrchestrationHistory", "false", "true") == "true";

    public int QueueBatchSize => Count("extensions:queues:batchSize", 1, 32) ?? 16;

    public int QueueNewBatchThreshold => Count("extensions:queues:newBatchThreshold", 0, 1000) ?? QueueBatchSize / 2;

    public TimeSpan QueueMaxPollingInterval =>
        Duration("extensions:queues:maxPollingInterval", TimeSpan.FromMinutes(1), TimeSpan.FromMilliseconds(100), TimeSpan.FromDays(1));

    public TimeSpan QueueVisibilityTimeout => Duration("extensions:queues:visibilityTimeout", TimeSpan.Zero, TimeSpan.Zero, TimeSpan.FromDays(7));

    public int QueueMaxDequeueCount => Count("extensions:queues:maxDequeueCount", 1, 1000) ?? 5;

    public bool QueueBase64 => Choice("extensions:queues:messageEncoding", "base64", "none") == "base64";

    /// <summary>The minimum levels of log categories.</summary>
    public IEnumerable<KeyValuePair<string, string?>> LogLevels =>
        root.GetSection("logging:logLevel").GetChildren().Select(c => KeyValuePair.Create(c.Key, c.Value));

    /// <summary>Reads the file of the script root, if there is one.</summary>
    /// <exception cref="InvalidOperationException">It is not JSON.</exception>
    public static HostJson Read(string scriptRoot, IConfiguration settings)
    {
        var path = Path.Combine(scriptRoot, FileName);
        try
        {
            var builder = new ConfigurationBuilder();
            if (File.Exists(path))
            {
                builder.AddJsonStream(new MemoryStream(File.ReadAllBytes(path)));
            }

            return new HostJson(builder.AddConfiguration(settings.GetSection("AzureFunctionsJobHost")).Build());
        }
        catch (Exception e) when (e is FormatException or InvalidDataException or JsonException)
        {
            throw new InvalidOperationException($"{path} is not valid JSON: {(e.InnerException ?? e).Message}", e);
        }
    }

    /// <summary>The keys that mean nothing to this host, by their full names.</summary>
    public List<string> UnknownKeys()
    {
        var unknown = root.GetChildren()
            .Select(c => c.Key)
            .Where(k => !KnownRoots.Contains(k, StringComparer.OrdinalIgnoreCase))
            .ToList();
        unknown.AddRange(root.GetSection("logging").GetChildren()
            .Select(c => c.Key)
            .Where(k => !KnownLogging.Contains(k, StringComparer.OrdinalIgnoreCase))
            .Select(k => $"logging.{k}"));
        foreach (var extension in root.GetSection("extensions").GetChildren())
        {
            if (!KnownKeys.TryGetValue(extension.Key, out var keys))
            {
                unknown.Add($"extensions.{extension.Key}");
                continue;
            }

            unknown.AddRange(extension.GetChildren()
                .Select(c => c.Key)
                .Where(k => !keys.Contains(k, StringComparer.OrdinalIgnoreCase))
                .Select(k => $"extensions.{extension.Key}.{k}"));
        }

        return unknown;
    }

    /// <summary>Reads every value once, so that a wrong one is named at start.</summary>
    /// <exception cref="InvalidOperationException">Some are wrong; the message names all of them.</exception>
    public void Validate()
    {
        var faults = new List<string>();
        Action[] readings =
        [
            () => Choice("version", "2.0"),
            () => Scalar("extensions:http:routePrefix"),
            () => Scalar("extensions:durableTask:hubName"),
            () => Scalar("extensions:durableTask:defaultVersion"),
            () => Choice("extensions:durableTask:versionFailureStrategy", "Reject", "Fail"),
            () => _ = StrictVersion,
            () => _ = StoreInputsInHistory,
            () => _ = QueueBase64,
            () => _ = FunctionTimeout,
            () => _ = MaxConcurrentActivities,
            () => _ = MaxConcurrentOrchestrators,
            () => _ = QueueBatchSize,
            () => _ = QueueNewBatchThreshold,
            () => _ = QueueMaxPollingInterval,
            () => _ = QueueVisibilityTimeout,
            () => _ = QueueMaxDequeueCount,
        ];
        foreach (var read in readings)
        {
            try
            {
                read();
            }
            catch (FormatException e)
            {
                faults.Add(e.Message);
            }
        }

        if (faults.Count > 0)
            throw new InvalidOperationException("host.json cannot be used:\n- " + string.Join("\n- ", faults.Distinct()));
    }

    private TimeSpan Duration(string key, TimeSpan otherwise, TimeSpan least, TimeSpan most)
    {
        if (Scalar(key) is not { Length: > 0 } text)
            return otherwise;

        // A bare number would be so many days, which nobody means.
        if (!text.Contains(':', StringComparison.Ordinal) || !TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var value))
            throw new FormatException($"{Name(key)} is '{text}', which is not a duration such as 00:00:02.");
        return value >= least && value <= most
            ? value
            : throw new FormatException($"{Name(key)} is '{text}'; it must be from {least:c} to {most:c}.");
    }

    private int? Count(string key, int least, int most)
    {
        if (Scalar(key) is not { Length: > 0 } text)
            return null;
        return int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most
            ? value
            : throw new FormatException($"{Name(key)} is '{text}', which is not a whole number from {least} to {most}.");
    }

    /// <summary>One of some words; none set: the first.</summary>
    private string Choice(string key, params string[] words)
    {
        if (Scalar(key) is not { Length: > 0 } text)
            return words[0];
        return Array.Find(words, w => w.Equals(text, StringComparison.OrdinalIgnoreCase))
            ?? throw new FormatException($"{Name(key)} is '{text}'; this host knows {string.Join(" and ", words.Select(w => $"'{w}'"))}.");
    }

    private string? Scalar(string key) => root.GetSection(key).GetChildren().Any()
        ? throw new FormatException($"{Name(key)} is a list or an object where one value belongs.")
        : root[key];

    private static string Name(string key) => key.Replace(':', '.');
}
