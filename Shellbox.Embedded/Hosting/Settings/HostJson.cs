using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Shellbox.Embedded.Hosting.Settings;

/// <summary>host.json, overridden by settings that begin with <c>AzureFunctionsJobHost:</c>.</summary>
internal sealed class HostJson
{
    public const string FileName = "host.json";

    private static readonly string[] KnownRoots =
        ["version", "functionTimeout", "logging", "extensions", "extensionBundle", "healthMonitor", "aggregator", "singleton", "watchDirectories", "telemetryMode"];

    private static readonly Dictionary<string, string[]> KnownKeys = new(StringComparer.OrdinalIgnoreCase)
    {
        ["http"] = ["routePrefix"],
        ["queues"] = ["batchSize", "newBatchThreshold", "maxPollingInterval", "visibilityTimeout", "maxDequeueCount", "messageEncoding"],
        ["durableTask"] =
        [
            "hubName", "maxConcurrentActivityFunctions", "maxConcurrentOrchestratorFunctions", "storageProvider", "extendedSessionsEnabled",
            "extendedSessionIdleTimeoutInSeconds", "defaultVersion", "versionMatchStrategy", "versionFailureStrategy", "tracing",
        ],
    };

    private readonly IConfiguration root;

    private HostJson(IConfiguration root) => this.root = root;

    public string RoutePrefix => root["extensions:http:routePrefix"] ?? "api";

    /// <summary>How long a function may run; negative: as long as it likes.</summary>
    public TimeSpan FunctionTimeout
    {
        get
        {
            var timeout = Duration("functionTimeout", TimeSpan.FromMinutes(30));
            return timeout < TimeSpan.Zero ? Timeout.InfiniteTimeSpan : timeout;
        }
    }

    public string HubName => root["extensions:durableTask:hubName"] ?? "TestHubName";

    public int? MaxConcurrentActivities => Count("extensions:durableTask:maxConcurrentActivityFunctions", 1, 100_000);

    public int? MaxConcurrentOrchestrators => Count("extensions:durableTask:maxConcurrentOrchestratorFunctions", 1, 100_000);

    public string? DefaultVersion => root["extensions:durableTask:defaultVersion"];

    public bool StrictVersion => string.Equals(root["extensions:durableTask:versionMatchStrategy"], "Strict", StringComparison.OrdinalIgnoreCase);

    public int QueueBatchSize => Count("extensions:queues:batchSize", 1, 32) ?? 16;

    public int QueueNewBatchThreshold => Count("extensions:queues:newBatchThreshold", 0, 1000) ?? QueueBatchSize / 2;

    public TimeSpan QueueMaxPollingInterval => Duration("extensions:queues:maxPollingInterval", TimeSpan.FromMinutes(1));

    public TimeSpan QueueVisibilityTimeout => Duration("extensions:queues:visibilityTimeout", TimeSpan.Zero);

    public int QueueMaxDequeueCount => Count("extensions:queues:maxDequeueCount", 1, 1000) ?? 5;

    public bool QueueBase64 => !string.Equals(root["extensions:queues:messageEncoding"], "none", StringComparison.OrdinalIgnoreCase);

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
        catch (Exception e) when (e is FormatException or InvalidDataException)
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

    private TimeSpan Duration(string key, TimeSpan otherwise)
    {
        if (root[key] is not { Length: > 0 } text)
            return otherwise;
        return TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw new FormatException($"{Name(key)} is '{text}', which is not a duration such as 00:00:02.");
    }

    private int? Count(string key, int least, int most)
    {
        if (root[key] is not { Length: > 0 } text)
            return null;
        return int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most
            ? value
            : throw new FormatException($"{Name(key)} is '{text}', which is not a whole number from {least} to {most}.");
    }

    private static string Name(string key) => key.Replace(':', '.');
}
