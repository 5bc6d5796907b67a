using System.Globalization;
using Shellbox.LocalCloud;

namespace Shellbox.Cli.LocalCloud;

/// <summary>The Azure simulator: ARM over HTTPS, and instances that run sshd and QEMU.</summary>
internal static class SimulatorCommand
{
    public static ChildCommand Create(CloudPaths paths, LocalCloudOptions options) =>
        new(
            "the Azure simulator",
            "azure-simulator.log",
            [
                "dotnet",
                paths.SimulatorAssembly,
                "--port",
                "0",
                "--identity-port",
                "0",
                "--state",
                paths.Simulator,
                "--fleet",
                paths.Fleet,
                "--instances",
                "sshd",
                "--instance-image",
                paths.InstanceImage,
                "--time-scale",
                options.TimeScale.ToString(CultureInfo.InvariantCulture),
                "--seed",
                options.Seed.ToString(CultureInfo.InvariantCulture),
                "--ready-file",
                paths.SimulatorReadyFile,
            ],
            new Dictionary<string, string>(),
            // It ends its instances and their guests first.
            TimeSpan.FromSeconds(20)
        );
}
