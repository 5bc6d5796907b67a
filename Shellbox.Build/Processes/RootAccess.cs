namespace Shellbox.Build.Processes;

/// <summary>How commands are run as root: loop mounts and the instances' sshd take that.</summary>
internal sealed class RootAccess
{
    public const string Sudo = "sudo";

    private RootAccess(IReadOnlyList<string> prefix) => Prefix = prefix;

    /// <summary>For commands that need no root.</summary>
    public static RootAccess None { get; } = new([]);

    /// <summary>What a command is put behind; nothing where this user is root.</summary>
    public IReadOnlyList<string> Prefix { get; }

    /// <exception cref="BuildException">This user is not root, and sudo is missing or asks for a password.</exception>
    public static async Task<RootAccess> RequireAsync(string command, ToolRunner tools, CancellationToken cancellationToken)
    {
        if (Environment.IsPrivilegedProcess)
            return None;
        if (await tools.ReadAsync([Sudo, "-n", "true"], cancellationToken) is not { ExitCode: 0 })
        {
            throw new BuildException(
                $"'./shellbox {command}' mounts volumes and runs sshd, which takes root. "
                    + "Run it as root, or as a user with sudo that asks for no password."
            );
        }

        List<string> prefix =
        [
            Sudo,
            "-n",
            "env",
            $"PATH={Variable("PATH")}",
            $"DOTNET_ROOT={Variable("DOTNET_ROOT")}",
            "DOTNET_NOLOGO=1",
            $"HOME={(Variable("HOME") is { Length: > 0 } home ? home : "/root")}",
        ];
        if (Variable("NO_COLOR") is { Length: > 0 } noColor)
            prefix.Add($"NO_COLOR={noColor}");
        return new RootAccess(prefix);
    }

    public IReadOnlyList<string> Command(params ReadOnlySpan<string> words) => [.. Prefix, .. words];

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name);
}
