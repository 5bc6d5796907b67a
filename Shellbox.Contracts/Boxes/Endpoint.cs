using System.Text.Json.Serialization;

namespace Shellbox.Contracts.Boxes;

/// <summary>Where a guest's SSH server answers, and the host key that it must show.</summary>
/// <param name="Host">The address of its instance.</param>
/// <param name="Port">The port there.</param>
/// <param name="User">Whom to log in as.</param>
/// <param name="HostKey">Type and Base64, as in a known-hosts file.</param>
/// <param name="HostKeyFingerprint">As <c>ssh-keygen -l</c> shows it: <c>SHA256:</c> and so on.</param>
public sealed record Endpoint(
    [property: JsonPropertyName("host")] string Host,
    [property: JsonPropertyName("port")] int Port,
    [property: JsonPropertyName("user")] string User,
    [property: JsonPropertyName("hostKey")] string HostKey,
    [property: JsonPropertyName("hostKeyFingerprint")] string HostKeyFingerprint
)
{
    /// <summary>The one user of a guest: it is the user's own machine.</summary>
    public const string GuestUser = "root";

    /// <exception cref="FormatException">The host key is no public key line.</exception>
    public static Endpoint Of(string host, int port, string hostKey) =>
        new(host, port, GuestUser, hostKey, "SHA256:" + Boxes.HostKeyFingerprint.Of(hostKey));
}
