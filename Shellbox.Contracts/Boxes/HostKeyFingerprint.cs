using System.Security.Cryptography;

namespace Shellbox.Contracts.Boxes;

public static class HostKeyFingerprint
{
    /// <summary>
    /// The SHA-256 fingerprint of a public key line, as OpenSSH writes it but without the <c>SHA256:</c> prefix and padding.
    /// </summary>
    /// <exception cref="FormatException">The line's second word is not Base64.</exception>
    public static string Of(string publicKeyLine) =>
        Convert.ToBase64String(SHA256.HashData(Convert.FromBase64String(publicKeyLine.Split(' ')[1]))).TrimEnd('=');
}
