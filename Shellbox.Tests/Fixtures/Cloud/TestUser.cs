using System.Security.Cryptography;
using Xunit;

namespace Shellbox.Tests.Fixtures;

/// <summary>A user, who is known by an SSH key of their own.</summary>
internal sealed record TestUser(SshKey Key)
{
    public string KeyFile => Key.File;

    public string PublicKey => Key.PublicKey;

    public string Id { get; } = Convert.ToHexStringLower(SHA256.HashData(Convert.FromBase64String(Key.PublicKey.Split(' ')[1])))[..32];

    public static async Task<TestUser> CreateAsync(string directory, string name) =>
        new(await SshKey.CreateAsync(directory, name, TestContext.Current.CancellationToken));
}
