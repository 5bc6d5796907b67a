using Microsoft.Extensions.Configuration;
using Shellbox.LocalHost.Http;
using Shellbox.LocalHost.Jobs;
using Shellbox.LocalHost.Worker;

namespace Shellbox.LocalHost.Settings;

/// <summary>All that a host reads at its start.</summary>
internal sealed record HostConfiguration
{
    public required WorkerApp App { get; init; }

    public required HostJson HostJson { get; init; }

    /// <summary>The app's settings: local.settings.json, then the environment, then what the host was started with.</summary>
    public required IConfiguration Settings { get; init; }

    /// <summary>The same for the worker's environment, which has its own of this process already.</summary>
    public required IReadOnlyDictionary<string, string> WorkerSettings { get; init; }

    /// <summary>The keys that requests carry.</summary>
    public required HostKeys Keys { get; init; }

    /// <summary>The HTTP port; 0: a free one.</summary>
    public required int Port { get; init; }

    /// <summary>What hosts of the same app on one storage account have in common.</summary>
    public required string HostId { get; init; }

    /// <summary>Where the host keeps what is its own.</summary>
    public required string StateDirectory { get; init; }

    /// <summary>What is to be said and stops nothing.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }

    private const int DefaultPort = 7071;
    private const string HostIdSetting = "AzureFunctionsWebHost:hostid";

    /// <exception cref="FunctionsHostException">Something cannot be used; all faults are named.</exception>
    public static async Task<HostConfiguration> ReadAsync(FunctionsHostOptions options, CancellationToken cancellationToken)
    {
        var faults = new List<string>();
        var app = WorkerApp.Read(options.AppDirectory, faults);
        var local = LocalSettings.Read(options.SettingsFile ?? Path.Combine(options.AppDirectory, LocalSettings.FileName), faults);
        var settings = new ConfigurationBuilder()
            .AddInMemoryCollection(local.Configuration)
            .AddEnvironmentVariables()
            .AddInMemoryCollection(
                options.Settings.Select(s => KeyValuePair.Create(s.Key.Replace("__", ":", StringComparison.Ordinal), (string?)s.Value))
            )
            .Build();
        var hostJson = HostJson.Read(options.AppDirectory, settings, faults);
        var missing = app?.Extensions.Except(JobHostBuilder.Extensions, StringComparer.OrdinalIgnoreCase).ToList() ?? [];
        if (missing.Count > 0)
        {
            faults.Add(
                $"The app was built with the extension {string.Join(" and ", missing)} (extensions.json), which this host does not have."
            );
        }

        if (string.IsNullOrEmpty(settings[StorageCheck.Setting]))
        {
            faults.Add(
                $"The setting {StorageCheck.Setting} is missing: the connection string of the storage account, or "
                    + "UseDevelopmentStorage=true for Azurite."
            );
        }

        var hostId = settings[HostIdSetting] ?? (app is null ? "" : DefaultHostId(app));
        if (hostId.Length is < 1 or > 32 || hostId.Any(c => c is not (>= 'a' and <= 'z') and not (>= '0' and <= '9') and not '-'))
        {
            if (app is not null)
                faults.Add($"The setting {HostIdSetting} is '{hostId}'; it is made of 1 to 32 of a-z, 0-9 and '-'.");
        }

        var port = options.Port ?? local.LocalHttpPort ?? DefaultPort;
        if (port is < 0 or > 65535)
            faults.Add($"The port {port} does not exist; it is from 0 (a free one) to 65535.");
        if (faults.Count > 0)
            throw new FunctionsHostException(faults);
        var state = options.StateDirectory ?? Path.Combine(options.AppDirectory, ".localhost");
        var keys = await HostKeys.OpenAsync(settings, Path.Combine(state, "keys.json"), TimeProvider.System, cancellationToken);
        return new HostConfiguration
        {
            App = app!,
            HostJson = hostJson,
            Settings = settings,
            WorkerSettings = WorkerSettingsOf(local, options),
            Keys = keys,
            Port = port,
            HostId = hostId,
            StateDirectory = state,
            Warnings =
            [
                .. hostJson.UnknownKeys.Select(k => $"host.json: '{k}' means nothing to this host."),
                .. local.UnknownKeys.Select(k => $"{LocalSettings.FileName}: '{k}' means nothing to this host."),
            ],
        };
    }

    /// <summary>The app's name, so that two hosts of it find each other wherever they run.</summary>
    private static string DefaultHostId(WorkerApp app)
    {
        var name = new string([
            .. Path.GetFileNameWithoutExtension(app.Assembly).ToLowerInvariant().Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-'),
        ]).Trim('-');
        return name.Length <= 32 ? name : name[..32].TrimEnd('-');
    }

    private static Dictionary<string, string> WorkerSettingsOf(LocalSettings local, FunctionsHostOptions options)
    {
        var environment = Environment.GetEnvironmentVariables().Keys.Cast<string>().ToHashSet(StringComparer.OrdinalIgnoreCase);
        var settings = local.Values.Where(v => !environment.Contains(v.Key)).ToDictionary(v => v.Key, v => v.Value);

        // The shell's names take no colon.
        foreach (var (name, value) in options.Settings)
            settings[name.Replace(":", "__", StringComparison.Ordinal)] = value;
        return settings;
    }
}
