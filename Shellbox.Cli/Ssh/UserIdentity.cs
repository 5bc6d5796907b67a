namespace Shellbox.Cli.Ssh;

/// <summary>The user's SSH key pair, and the user id that the app knows its public key by.</summary>
internal sealed record UserIdentity(string PrivateKeyFile, string PublicKey, string UserId)
{
    public BoxKey Box(string name) => new(UserId, name);

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
        return BoxKey.TryReadPublicKey(publicKey, out _, out var userId)
            ? new UserIdentity(privateKey, publicKey, userId)
            : throw new CliException(ExitCode.Usage, $"{publicKeyFile} does not hold an SSH public key (a type, then the key in Base64).");
    }
}
