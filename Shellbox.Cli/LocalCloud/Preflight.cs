using Shellbox.LocalCloud;

namespace Shellbox.Cli.LocalCloud;

/// <summary>Names what is missing before anything is started.</summary>
internal static class Preflight
{
    public static void Check(CloudPaths paths, CommandEnvironment environment)
    {
        if (paths.StateDirectory.Any(c => char.IsWhiteSpace(c) || c is '"' or '\\' or ':'))
        {
            throw new CliException(
                ExitCode.Usage,
                $"The local cloud cannot live in '{paths.StateDirectory}': sshd's configuration takes no blank, quote, "
                    + "backslash or colon in a path. "
                    + "Choose another directory with --state or SHELLBOX_STATE."
            );
        }

        RequireProgram("qemu-system-x86_64", "QEMU", Package("qemu-system-x86"), environment);
        RequireProgram("sshd", "The OpenSSH server", Package("openssh-server"), environment);
        RequireProgram("ssh", "The OpenSSH client", Package("openssh-client"), environment);
        RequireProgram("node", "Node", "Install Node 20 or later with npm (https://nodejs.org).", environment);
        RequireFile(paths.AzuriteScript, "Azurite is not installed");
        RequireFile(paths.SimulatorAssembly, "The Azure simulator is not built");
        RequireFile(paths.FunctionsHostAssembly, "The Functions host is not built");
        RequireFile(Path.Combine(paths.FunctionsApp, "worker.config.json"), "The Functions app is not built");
        RequireFile(paths.InstanceScript, "infra/instance/shellbox-instance is missing");
        RequireFile(paths.GuestKernel, "The guest image is not built");
        RequireFile(paths.GuestInitramfs, "The guest image is not built");
        RequireFile(paths.GuestVolume, "The guest's volume is not built");
    }

    public static void RequireFreePort(int port)
    {
        if (port != 0 && !LoopbackPorts.IsFree(port))
        {
            throw new CliException(
                ExitCode.Failed,
                $"Port {port} of 127.0.0.1 is in use. Stop what uses it, or choose another with --port (0 takes a free one)."
            );
        }
    }

    private static void RequireProgram(string program, string name, string remedy, CommandEnvironment environment)
    {
        // sshd lives where an ordinary user's PATH does not look.
        var directories = (environment.Variable("PATH") ?? "").Split(':').Concat(["/usr/sbin", "/usr/local/sbin"]);
        if (!directories.Any(d => d.Length > 0 && File.Exists(Path.Combine(d, program))))
        {
            throw new CliException(ExitCode.Failed, $"{name} is missing. {remedy}");
        }
    }

    private static void RequireFile(string path, string fault)
    {
        if (!File.Exists(path))
        {
            throw new CliException(ExitCode.Failed, $"{fault}: there is no {path}. './shellbox up' sets it up.");
        }
    }

    private static string Package(string package) => $"Install it with 'apt-get install {package}'; './shellbox up' does that, too.";
}
