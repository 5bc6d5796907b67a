using Microsoft.AspNetCore.Http;

namespace Shellbox.LocalHost.Http;

/// <summary>The key that a request carries.</summary>
internal static class PresentedKey
{
    public const string Header = "x-functions-key";
    public const string QueryName = "code";

    /// <summary>
    /// The key of the header, else that of the query; null: there is none. A header hides the query even if its key is wrong.
    /// </summary>
    public static string? Of(HttpRequest request)
    {
        if (request.Headers.TryGetValue(Header, out var header) && header.Count > 0)
            return header[0];
        return request.Query.TryGetValue(QueryName, out var code) && code.Count > 0 ? code[0] : null;
    }
}
