using System.Globalization;
using Shellbox.AzureSimulator.Instances;

namespace Shellbox.Tests.Fixtures;

/// <summary>A key, and logins with it by the machine's own SSH client.</summary>
internal sealed class InstanceLogin
{
    private readonly string _keyFile;

    private InstanceLogin(string keyFile) => _keyFile = keyFile;

    public string PublicKey => File.ReadAllText(_keyFile + ".pub").Trim();

    public static async Task<InstanceLogin> CreateAsync(TemporaryFolder directory)
    {
        var file = Path.Combine(directory.Path, "key");
        var made = await ToolProcess.RunAsync(
            "ssh-keygen",
            ["-q", "-t", "ed25519", "-N", "", "-f", file],
            cancellationToken: TestAzure.Cancel
        );
        return made.ExitCode == 0 ? new InstanceLogin(file) : throw new IOException(made.Error);
    }

    public async Task<ScriptResult> RunAsync(TestAzure azure, string virtualMachine, string command, string user = "root") =>
        await ToolProcess.RunAsync(
            "ssh",
            [
                "-F",
                "none",
                "-i",
                _keyFile,
                "-o",
                "IdentitiesOnly=yes",
                "-o",
                "BatchMode=yes",
                "-o",
                "StrictHostKeyChecking=no",
                "-o",
                "UserKnownHostsFile=/dev/null",
                "-o",
                "LogLevel=ERROR",
                "-p",
                azure.Simulator.Options.InstancePort.ToString(CultureInfo.InvariantCulture),
                $"{user}@{await azure.AddressAsync(virtualMachine)}",
                command,
            ],
            cancellationToken: TestAzure.Cancel
        );
}
