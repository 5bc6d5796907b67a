using Shellbox.Contracts.Http;

namespace Shellbox.Cli;

/// <summary>The client that commands talk to the app with.</summary>
internal static class ApiClient
{
    public static ShellboxClient Create(ConnectionSettings settings, TimeProvider time) =>
        Create(settings.Url, settings.FunctionKey, settings.AdminKey, time);

    public static ShellboxClient Create(Uri address, string? functionKey, string? adminKey, TimeProvider time) =>
        new(
            new HttpClient(
                new SocketsHttpHandler
                {
                    ConnectTimeout = TimeSpan.FromSeconds(10),
                    // A proxy set in the environment knows nothing of this machine's loopback.
                    UseProxy = !address.IsLoopback,
                    AllowAutoRedirect = false,
                }
            )
            {
                BaseAddress = address,
                // Beside `wait`, which is 60 s at most here, the app needs seconds: a storage that is away takes it about ten.
                Timeout = TimeSpan.FromSeconds(90),
            },
            functionKey,
            adminKey,
            time
        );
}
