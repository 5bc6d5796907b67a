using System.Globalization;

namespace Shellbox.LocalCloud;

/// <summary>A Functions app on the local host.</summary>
public static class FunctionsHostCommand
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(40);

    /// <summary>The published app.</summary>
    /// <param name="paths">Where everything lies.</param>
    /// <param name="settings">The app's settings.</param>
    /// <param name="port">Where it listens.</param>
    public static ChildCommand Create(CloudPaths paths, LocalAppSettings settings, int port) =>
        new(
            "the Functions app",
            "functions.log",
            [
                "dotnet",
                paths.FunctionsHostAssembly,
                "--app",
                paths.FunctionsApp,
                "--settings",
                paths.FunctionsSettings,
                "--state",
                paths.FunctionsHost,
                "--port",
                port.ToString(CultureInfo.InvariantCulture),
            ],
            settings.ToEnvironment(),
            Grace
        );
}
