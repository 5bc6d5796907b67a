using System.Text.Json.Serialization;

namespace Shellbox.Functions.Connect;

/// <summary>Where a box's SSH answers, and with which key.</summary>
public sealed record BoxEndpoint(
    [property: JsonPropertyName("host")] string Host,
    [property: JsonPropertyName("port")] int Port,
    [property: JsonPropertyName("user")] string User,
    [property: JsonPropertyName("hostKey")] string HostKey,
    [property: JsonPropertyName("hostKeyFingerprint")] string HostKeyFingerprint
)
{
    /// <summary>The one user of a guest: it is the user's own machine.</summary>
    public const string GuestUser = "root";

    public static BoxEndpoint Of(string host, int port, string hostKey) =>
        new(
            host,
            port,
            GuestUser,
            hostKey,
            "SHA256:"
                + Convert
                    .ToBase64String(System.Security.Cryptography.SHA256.HashData(Convert.FromBase64String(hostKey.Split(' ')[1])))
                    .TrimEnd('=')
        );
}
