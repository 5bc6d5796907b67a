using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Shellbox.AzureSimulator.Arm;

namespace Shellbox.AzureSimulator.Identity;

/// <summary>
/// Issues and checks access tokens: JWTs with an audience and an expiry. The signing key is a constant, so a token of any
/// simulator is good at any other, as tokens of one tenant are; it protects nothing, all of this is on loopback.
/// </summary>
internal sealed class TokenIssuer(TimeProvider time, string audience)
{
    public const string Tenant = "11111111-2222-4333-8444-555555555555";

    public const string Client = "66666666-7777-4888-8999-000000000000";

    private static readonly byte[] Key = "a development key that is no secret"u8.ToArray();

    public (string Token, DateTimeOffset Expires) Issue(string forAudience, TimeSpan lifetime)
    {
        var now = time.GetUtcNow();
        var expires = now + lifetime;
        var header = new JsonObject { ["typ"] = "JWT", ["alg"] = "HS256" };
        var claims = new JsonObject
        {
            ["aud"] = forAudience,
            ["iss"] = $"https://sts.windows.net/{Tenant}/",
            ["iat"] = now.ToUnixTimeSeconds(),
            ["nbf"] = now.ToUnixTimeSeconds(),
            ["exp"] = expires.ToUnixTimeSeconds(),
            ["appid"] = Client,
            ["oid"] = Client,
            ["tid"] = Tenant,
            ["ver"] = "1.0",
        };
        var signed = Encode(Bytes(header)) + "." + Encode(Bytes(claims));
        return (signed + "." + Encode(HMACSHA256.HashData(Key, Encoding.ASCII.GetBytes(signed))), expires);
    }

    /// <exception cref="ArmException">401, saying what is wrong with the header.</exception>
    public void Check(string? authorization)
    {
        if (string.IsNullOrEmpty(authorization))
            throw Refused("The 'Authorization' header is missing.");
        if (!authorization.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase))
            throw Refused("The 'Authorization' header is provided in an invalid format.");
        var parts = authorization["Bearer ".Length..].Trim().Split('.');
        if (parts.Length != 3 || Decode(parts[1]) is not { } payload || Decode(parts[2]) is not { } signature)
            throw Refused("The access token is not a well-formed JWT.");
        if (
            !CryptographicOperations.FixedTimeEquals(
                signature,
                HMACSHA256.HashData(Key, Encoding.ASCII.GetBytes(parts[0] + "." + parts[1]))
            )
        )
            throw Refused("The access token has an invalid signature.");
        if (Claims(payload) is not { } claims || (claims["exp"] as JsonValue)?.TryGetValue<long>(out var expires) is not true)
            throw Refused("The access token is not a well-formed JWT.");
        if (!SameAudience(claims["aud"]?.ToString(), audience))
            throw Refused("The access token has been obtained for the wrong audience or resource.", "InvalidAuthenticationTokenAudience");
        if (expires <= time.GetUtcNow().ToUnixTimeSeconds())
            throw Refused("The access token expiry UTC time is in the past.", "ExpiredAuthenticationToken");
    }

    public static bool SameAudience(string? a, string b) =>
        string.Equals(a?.TrimEnd('/'), b.TrimEnd('/'), StringComparison.OrdinalIgnoreCase);

    /// <summary>Resource Manager's own code for a reason is told in the message; the code of the body is AuthenticationFailed.</summary>
    public ArmException Refused(string reason, string? code = null) =>
        ArmErrors.AuthenticationFailed(code is null ? reason : $"{reason} ({code})", audience);

    private static byte[] Bytes(JsonObject json) => Encoding.UTF8.GetBytes(json.ToJsonString());

    private static string Encode(ReadOnlySpan<byte> bytes) => Base64Url.EncodeToString(bytes);

    private static byte[]? Decode(string text)
    {
        try
        {
            return Base64Url.DecodeFromChars(text);
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static JsonObject? Claims(byte[] payload)
    {
        try
        {
            return JsonNode.Parse(payload) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
