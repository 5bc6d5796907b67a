using System.Net;
using Shellbox.Tests.Durable;
using Xunit;

namespace Shellbox.Tests.Hosting.Http;

/// <summary>What a host answered, as it came over the wire.</summary>
internal sealed record Answer(HttpStatusCode Status, string Body, string? ContentType, HttpResponseMessage Response)
{
    /// <summary>A body of no bytes that says so, and no content type.</summary>
    public bool IsEmpty => Body.Length == 0 && ContentType is null && Response.Content.Headers.ContentLength == 0;

    public string? Header(string name) => Response.Headers.TryGetValues(name, out var values) ? string.Join('|', values) : null;

    public static async Task<Answer> OfAsync(
        HttpClient client, HttpMethod method, string path, HttpContent? content = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        var body = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return new Answer(response.StatusCode, body, response.Content.Headers.ContentType?.ToString(), response);
    }

    /// <summary>A request to the management API, with the key that opens it.</summary>
    public static Task<Answer> ManageAsync(
        TestHost host, HttpMethod method, string path, HttpContent? content = null, params (string Name, string Value)[] headers) =>
        OfAsync(host.Http, method, Url(host, path), content, headers);

    public static string Url(TestHost host, string path) =>
        $"/runtime/webhooks/durabletask{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}code={host.Info.ManagementKey}";
}
