using System.Security.Cryptography;

namespace Shellbox.Benchmarks;

/// <summary>Whom boxes belong to.</summary>
/// <param name="Id">The id that the app knows the key by.</param>
/// <param name="PublicKey">The SSH key.</param>
internal sealed record BenchmarkUser(string Id, string PublicKey)
{
    /// <summary>The user who has a key pair.</summary>
    public static async Task<BenchmarkUser> ReadAsync(string privateKeyFile, CancellationToken cancellationToken) =>
        Of(await File.ReadAllTextAsync(privateKeyFile + ".pub", cancellationToken));

    /// <summary>A user whose key has a public half alone: nobody logs in.</summary>
    public static BenchmarkUser CreateWithoutPrivateKey()
    {
        byte[] blob = [0, 0, 0, 11, .. "ssh-ed25519"u8, 0, 0, 0, 32, .. RandomNumberGenerator.GetBytes(32)];
        return Of("ssh-ed25519 " + Convert.ToBase64String(blob));
    }

    public BoxKey Box(string name) => new(Id, name);

    private static BenchmarkUser Of(string publicKey) =>
        BoxKey.TryReadPublicKey(publicKey.Trim(), out var normalized, out var id)
            ? new BenchmarkUser(id, normalized)
            : throw new ArgumentException("This is not an SSH public key.", nameof(publicKey));
}
