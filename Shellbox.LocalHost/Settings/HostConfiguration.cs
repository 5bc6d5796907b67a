using Microsoft.Extensions.Configuration;
using Shellbox.LocalHost.Http;
using Shellbox.LocalHost.Jobs;
using Shellbox.LocalHost.Worker;

namespace Shellbox.LocalHost.Settings;

/// <summary>All that a host reads at its start.</summary>
/// <param name="App">The app.</param>
/// <param name="HostJson">Its host.json.</param>
/// <param name="Settings">The app's settings: local.settings.json, then the environment, then what the host was started with.</param>
/// <param name="WorkerSettings">The same for the worker's environment, which has its own of this process already.</param>
/// <param name="Keys">The keys that requests carry.</param>
/// <param name="Port">The HTTP port; 0: a free one.</param>
/// <param name="HostId">What hosts of the same app on one storage account have in common.</param>
/// <param name="StateDirectory">Where the host keeps what is its own.</param>
/// <param name="Warnings">What is to be said and stops nothing.</param>
internal sealed record HostConfiguration(
    WorkerApp App,
    HostJson HostJson,
    IConfiguration Settings,
    IReadOnlyDictionary<string, string> WorkerSettings,
    HostKeys Keys,
    int Port,
    string HostId,
    string StateDirectory,
    IReadOnlyList<string> Warnings
)
{
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
                    + $"UseDevelopmentStorage=true for Azurite."
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
        return new HostConfiguration(
            app!,
            hostJson,
            settings,
            WorkerSettingsOf(local, options),
            keys,
            port,
            hostId,
            state,
            [
                .. hostJson.UnknownKeys.Select(k => $"host.json: '{k}' means nothing to this host."),
                .. local.UnknownKeys.Select(k => $"{LocalSettings.FileName}: '{k}' means nothing to this host."),
            ]
        );
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
