using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Shellbox.Build.Processes;

namespace Shellbox.Build.Preparation;

/// <summary>Node, which has to be there, and Azurite, which is installed when package-lock.json names another one.</summary>
internal sealed class NodePackages(Repository repository, ToolRunner tools)
{
    private const int LeastNode = 20;

    /// <exception cref="BuildException">Node or npm is missing or too old.</exception>
    public async Task RequireNodeAsync(CancellationToken cancellationToken)
    {
        var (exitCode, version) = await tools.ReadAsync(["sh", "-c", "command -v npm >/dev/null && node --version"], cancellationToken);
        if (exitCode != 0)
            throw new BuildException("Node is missing. Install Node 20 or later with npm (https://nodejs.org), then run this again.");
        var major = int.Parse(version[0].TrimStart('v').Split('.')[0], CultureInfo.InvariantCulture);
        if (major < LeastNode)
        {
            throw new BuildException(
                $"Node {major} is too old for Azurite. Install Node 20 or later (https://nodejs.org), then run this again."
            );
        }
    }

    public async Task RequireAzuriteAsync(CancellationToken cancellationToken)
    {
        var stamp = repository.File("node_modules", ".shellbox-lock");
        var content = await File.ReadAllBytesAsync(repository.File("package-lock.json"), cancellationToken);
        var hash = Convert.ToHexStringLower(SHA256.HashData(content));
        if (File.Exists(stamp) && await File.ReadAllTextAsync(stamp, cancellationToken) == hash)
            return;
        using var package = JsonDocument.Parse(await File.ReadAllTextAsync(repository.File("package.json"), cancellationToken));
        var version = package.RootElement.GetProperty("devDependencies").GetProperty("azurite").GetString();
        Say.Line($"Installing npm packages: azurite {version} (package-lock.json, into node_modules/)");
        await tools.QuietlyAsync("npm-ci", ["npm", "--prefix", repository.Root, "ci", "--no-progress"], cancellationToken);
        await File.WriteAllTextAsync(stamp, hash, cancellationToken);
    }
}
