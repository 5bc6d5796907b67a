using System.Security.Cryptography;

namespace Shellbox.Tests.Fixtures;

/// <summary>A user with an SSH key pair of their own.</summary>
internal sealed class TestUser
{
    private TestUser(string keyFile, string publicKey)
    {
        KeyFile = keyFile;
        PublicKey = publicKey;
        Id = Convert.ToHexStringLower(SHA256.HashData(Convert.FromBase64String(publicKey.Split(' ')[1])))[..32];
    }

    public string KeyFile { get; }
    public string PublicKey { get; }
    public string Id { get; }

    public static async Task<TestUser> CreateAsync(string directory, string name)
    {
        var keyFile = Path.Combine(directory, name);
        (await ProgramRun.OfAsync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", name, "-f", keyFile])).Succeeded();
        return new TestUser(keyFile, (await File.ReadAllTextAsync(keyFile + ".pub")).Trim());
    }
}
