using System.Text.Json;
using System.Text.Json.Nodes;

namespace Shellbox.AzureSimulator.Commands;

/// <summary>What a program that started the simulator needs to know, as JSON, written once it is up.</summary>
internal static class ReadyFile
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static JsonObject Describe(SimulatedAzure azure) =>
        new()
        {
            ["armEndpoint"] = azure.ArmEndpoint.GetLeftPart(UriPartial.Authority),
            ["audience"] = azure.Audience,
            ["certificateThumbprint"] = azure.CertificateThumbprint,
            ["identityEndpoint"] = azure.IdentityEndpoint.ToString(),
            ["identityHeader"] = azure.IdentityHeader,
            ["subscriptionId"] = azure.SubscriptionId,
            ["resourceGroup"] = azure.ResourceGroup,
            ["token"] = azure.CreateToken(),
        };

    /// <summary>Writes it in one step: a reader sees all of it or nothing.</summary>
    public static async Task WriteAsync(string path, SimulatedAzure azure, CancellationToken cancellationToken)
    {
        var full = Path.GetFullPath(path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        var temporary = $"{full}.{Environment.ProcessId}.tmp";
        await File.WriteAllTextAsync(temporary, Describe(azure).ToJsonString(Indented) + "\n", cancellationToken);
        // It holds a token.
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(temporary, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.Move(temporary, full, overwrite: true);
    }
}
