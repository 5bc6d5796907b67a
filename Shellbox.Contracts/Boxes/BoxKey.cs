using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace Shellbox.Contracts.Boxes;

/// <summary>
/// Names one box: a user id and a box name, both of the only forms that may reach a table key, a tag or a shell.
/// </summary>
/// <param name="UserId">32 lower-case hex characters: the first half of the SHA-256 of the user's SSH public key.</param>
/// <param name="BoxName">A DNS-label-like name, at most 32 characters.</param>
public readonly partial record struct BoxKey(string UserId, string BoxName)
{
    public const string UserIdForm = "32 lower-case hex characters";
    public const string BoxNameForm = "1 to 32 of a-z, 0-9 and '-', starting with a letter and not ending with '-'";

    /// <summary>
    /// The user id of the pool's own boxes, the pre-attached blank ones. No key hashes to it that anybody could find, and at the door it is
    /// no user id.
    /// </summary>
    public const string PoolUserId = "00000000000000000000000000000000";

    /// <summary>Whether it is one of the pool's own, which belongs to no user.</summary>
    public bool IsPools => UserId == PoolUserId;

    /// <summary>The id of the box in the audit log: both parts are of fixed alphabets, so it is unambiguous.</summary>
    public override string ToString() => $"{UserId}-{BoxName}";

    /// <summary>Whether it is of the form of a user's id; <see cref="PoolUserId"/> is not.</summary>
    public static bool IsUserId([NotNullWhen(true)] string? text) => text is not null and not PoolUserId && UserIdPattern().IsMatch(text);

    public static bool IsBoxName([NotNullWhen(true)] string? text) => text is not null && BoxNamePattern().IsMatch(text);

    /// <exception cref="InvalidNameException">A part is not of its form.</exception>
    public static BoxKey Parse(string userId, string boxName)
    {
        var user = ParseUserId(userId);
        return IsBoxName(boxName)
            ? new BoxKey(user, boxName)
            : throw new InvalidNameException($"The box name '{boxName}' is not valid: it is {BoxNameForm}.");
    }

    /// <exception cref="InvalidNameException">It is not of the form of a user's id.</exception>
    public static string ParseUserId(string userId) =>
        IsUserId(userId) ? userId : throw new InvalidNameException($"The user id '{userId}' is not valid: it is {UserIdForm}.");

    /// <summary>
    /// Reads a line of an OpenSSH <c>.pub</c> file and gives the user id that it makes.
    /// The comment is dropped: it is free text, and nothing of it may travel on.
    /// </summary>
    /// <param name="publicKeyLine">For example <c>ssh-ed25519 AAAA... someone@somewhere</c>.</param>
    /// <param name="normalized">The key type and the Base64 blob alone.</param>
    /// <param name="userId">The user id of this key.</param>
    public static bool TryReadPublicKey(
        string? publicKeyLine,
        [NotNullWhen(true)] out string? normalized,
        [NotNullWhen(true)] out string? userId
    )
    {
        normalized = userId = null;
        var match = publicKeyLine is null ? null : PublicKeyPattern().Match(publicKeyLine.Trim());
        if (match is not { Success: true })
            return false;

        Span<byte> blob = new byte[8192];
        if (!Convert.TryFromBase64String(match.Groups["blob"].Value, blob, out var length))
            return false;

        // The blob begins with its own key type (RFC 4253, section 6.6): a line that claims another is not a key.
        var type = match.Groups["type"].Value;
        if (
            length < 4 + type.Length
            || System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(blob) != type.Length
            || !System.Text.Encoding.ASCII.GetString(blob.Slice(4, type.Length)).Equals(type, StringComparison.Ordinal)
        )
        {
            return false;
        }

        normalized = $"{type} {match.Groups["blob"].Value}";
        userId = Convert.ToHexStringLower(SHA256.HashData(blob[..length]).AsSpan(0, 16));
        return true;
    }

    [GeneratedRegex(@"^[0-9a-f]{32}\z", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex UserIdPattern();

    [GeneratedRegex(@"^[a-z]([a-z0-9-]{0,30}[a-z0-9])?\z", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex BoxNamePattern();

    [GeneratedRegex(
        @"^(?<type>ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp(256|384|521)|sk-ssh-ed25519@openssh\.com|sk-ecdsa-sha2-nistp256@openssh\.com) "
            + @"(?<blob>[A-Za-z0-9+/]{40,10000}={0,2})( [^\r\n]*)?\z",
        RegexOptions.None,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex PublicKeyPattern();
}
