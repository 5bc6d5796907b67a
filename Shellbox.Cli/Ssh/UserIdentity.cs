using System.Security.Cryptography;

namespace Shellbox.Cli.Ssh;

/// <summary>The user's SSH key pair, and the user id that the app knows its public key by.</summary>
internal sealed record UserIdentity(string PrivateKeyFile, string PublicKey, string UserId)
{
    private const int UserIdLength = 32;

    public static UserIdentity Load(string privateKeyFile)
    {
        // Users name either file.
        var privateKey = privateKeyFile.EndsWith(".pub", StringComparison.Ordinal) ? privateKeyFile[..^4] : privateKeyFile;
        var publicKeyFile = privateKey + ".pub";
        if (!File.Exists(privateKey))
        {
            throw new CliException(
                ExitCode.Usage,
                $"There is no SSH key at {privateKey}. Name yours with --identity, or make one with 'ssh-keygen -t ed25519'."
            );
        }

        if (!File.Exists(publicKeyFile))
        {
            throw new CliException(
                ExitCode.Usage,
                $"The public key {publicKeyFile} is missing. Make it with: ssh-keygen -y -f '{privateKey}' > '{publicKeyFile}'"
            );
        }

        var publicKey = File.ReadAllText(publicKeyFile).Trim();
        return new UserIdentity(
            privateKey,
            publicKey,
            UserIdOf(publicKey)
                ?? throw new CliException(
                    ExitCode.Usage,
                    $"{publicKeyFile} does not hold an SSH public key (a type, then the key in Base64)."
                )
        );
    }

    /// <summary>
    /// The first 32 hexadecimal characters of the SHA-256 over the decoded key blob (what <c>ssh-keygen -l</c> hashes), in lower case; null
    /// when <paramref name="publicKey"/> is not a public key line.
    /// </summary>
    public static string? UserIdOf(string publicKey)
    {
        var parts = publicKey.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length < 2 || parts[0].Contains('=', StringComparison.Ordinal))
        {
            return null;
        }

        var blob = new byte[parts[1].Length];
        return Convert.TryFromBase64String(parts[1], blob, out var length) && length > 0
            ? Convert.ToHexStringLower(SHA256.HashData(blob.AsSpan(0, length)))[..UserIdLength]
            : null;
    }
}
