namespace Shellbox.Cli;

/// <summary>
/// Which app to talk to and as whom: the options, else the environment, else the local cloud that runs in the state directory.
/// </summary>
internal sealed record ConnectionSettings(Uri Url, string? FunctionKey, string? AdminKey, string IdentityFile, string KnownHostsDirectory)
{
    private const string DefaultUrl = "http://127.0.0.1:7071";

    public static ConnectionSettings Resolve(ConnectionOptions options, CommandEnvironment environment)
    {
        var stateDirectory = ResolveStateDirectory(options.State, environment);
        var cloud = CloudFile.TryRead(stateDirectory);
        var givenUrl = options.Url ?? Given("SHELLBOX_URL");
        var givenKey = options.Key ?? Given("SHELLBOX_KEY");
        if (cloud is null && givenUrl is null && givenKey is null)
        {
            throw new CliException(
                ExitCode.NotReachable,
                $"No local cloud runs in {stateDirectory}. Start it with './shellbox up', or name an app with --url, --key and --identity."
            );
        }

        var url = ParseUrl(givenUrl ?? cloud?.Url.AbsoluteUri ?? DefaultUrl);

        // The local cloud's keys and identity are for the local cloud alone: never sent to another address.
        var local =
            cloud is not null
            && Uri.Compare(cloud.Url, url, UriComponents.SchemeAndServer, UriFormat.UriEscaped, StringComparison.OrdinalIgnoreCase) == 0
                ? cloud
                : null;

        return new ConnectionSettings(
            url,
            givenKey ?? local?.FunctionKey,
            options.AdminKey ?? Given("SHELLBOX_ADMIN_KEY") ?? local?.AdminKey,
            ExpandHome(options.Identity ?? Given("SHELLBOX_IDENTITY"), environment) ?? local?.IdentityFile ?? DefaultIdentity(environment),
            local is not null ? Path.Combine(stateDirectory, "known_hosts.d") : KnownHostsOfUser(environment)
        );

        string? Given(string variable) => environment.Variable(variable) is { Length: > 0 } value ? value : null;
    }

    public static string ResolveStateDirectory(string? given, CommandEnvironment environment) =>
        Path.GetFullPath(
            given
                ?? (
                    environment.Variable("SHELLBOX_STATE") is { Length: > 0 } state
                        ? state
                        : Path.Combine(environment.RepositoryRoot, ".shellbox")
                )
        );

    private static Uri ParseUrl(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"
            ? url
            : throw new CliException(ExitCode.Usage, $"'{text}' is not the address of an app: it must be an absolute http or https URL.");

    private static string DefaultIdentity(CommandEnvironment environment) =>
        Path.Combine(environment.Variable("HOME") ?? "/", ".ssh", "id_ed25519");

    // The shell expands "~" only at the start of a word, so not in --identity=~/key.
    private static string? ExpandHome(string? path, CommandEnvironment environment) =>
        path is null ? null
        : path.StartsWith("~/", StringComparison.Ordinal) ? Path.Combine(environment.Variable("HOME") ?? "/", path[2..])
        : Path.GetFullPath(path);

    private static string KnownHostsOfUser(CommandEnvironment environment) =>
        Path.Combine(
            environment.Variable("XDG_STATE_HOME") is { Length: > 0 } state
                ? state
                : Path.Combine(environment.Variable("HOME") ?? "/", ".local", "state"),
            "shellbox",
            "known_hosts.d"
        );
}
