using System.ComponentModel;
using System.Diagnostics;

namespace Shellbox.LocalCloud;

/// <summary>Makes key pairs with ssh-keygen.</summary>
public static class SshKeyGenerator
{
    /// <summary>Makes an ed25519 pair unless there is one.</summary>
    public static async Task EnsureAsync(string privateKeyFile, string comment, CancellationToken cancellationToken)
    {
        if (File.Exists(privateKeyFile) && File.Exists(privateKeyFile + ".pub"))
        {
            return;
        }

        var directory = Directory.CreateDirectory(Path.GetDirectoryName(privateKeyFile)!);
        directory.UnixFileMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

        // Half a pair is of no use, and ssh-keygen would ask before it overwrites.
        File.Delete(privateKeyFile);
        try
        {
            using var process = Process.Start(
                new ProcessStartInfo("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", comment, "-f", privateKeyFile])
                {
                    RedirectStandardError = true,
                }
            )!;
            var error = await process.StandardError.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            if (process.ExitCode != 0)
            {
                throw new LocalCloudException($"ssh-keygen could not make {privateKeyFile}: {error.Trim()}");
            }
        }
        catch (Win32Exception failure)
        {
            throw new LocalCloudException("ssh-keygen is missing. Install it with 'apt-get install openssh-client'.", failure);
        }
    }
}
