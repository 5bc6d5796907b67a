using Microsoft.AspNetCore.Http;

namespace Shellbox.Embedded.Hosting.Http;

/// <summary>The key that a request carries.</summary>
internal static class PresentedKey
{
    public const string Header = "x-functions-key";

    public static string? Of(HttpRequest request)
    {
        if (request.Headers.TryGetValue(Header, out var header) && header.Count > 0)
            return header[0];
        return request.Query.TryGetValue("code", out var code) && code.Count > 0 ? code[0] : null;
    }
}
