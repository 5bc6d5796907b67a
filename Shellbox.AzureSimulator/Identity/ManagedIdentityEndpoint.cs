using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Shellbox.AzureSimulator.Hosting;

namespace Shellbox.AzureSimulator.Identity;

/// <summary>
/// The managed-identity endpoint of App Service and Functions, version 2019-08-01: what ManagedIdentityCredential asks when
/// IDENTITY_ENDPOINT and IDENTITY_HEADER are set.
/// </summary>
internal static class ManagedIdentityEndpoint
{
    public const string Path = "/msi/token";

    public static void Map(WebApplication app, TokenIssuer issuer, string secret, TimeSpan lifetime) =>
        app.MapGet(
            Path,
            async (HttpContext http) =>
            {
                var query = http.Request.Query;
                if (http.Request.Headers["X-IDENTITY-HEADER"].ToString() != secret)
                {
                    await AnswerAsync(
                        http,
                        401,
                        Error(401, "The header X-IDENTITY-HEADER is missing or not the value of IDENTITY_HEADER.")
                    );
                    return;
                }

                if (query["api-version"].ToString() != "2019-08-01")
                {
                    await AnswerAsync(http, 400, Error(400, "The api-version is missing or not supported; 2019-08-01 is."));
                    return;
                }

                var resource = query["resource"].ToString();
                if (resource.Length == 0)
                {
                    await AnswerAsync(http, 400, Error(400, "The parameter resource is missing."));
                    return;
                }

                var (token, expires) = issuer.Issue(resource, lifetime);
                await AnswerAsync(
                    http,
                    200,
                    new JsonObject
                    {
                        ["access_token"] = token,
                        ["expires_on"] = expires.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture),
                        ["resource"] = resource,
                        ["token_type"] = "Bearer",
                        ["client_id"] = TokenIssuer.Client,
                    }
                );
            }
        );

    private static JsonObject Error(int status, string message) => new() { ["statusCode"] = status, ["message"] = message };

    private static Task AnswerAsync(HttpContext http, int status, JsonObject body) => JsonResponse.WriteAsync(http, status, body);
}
