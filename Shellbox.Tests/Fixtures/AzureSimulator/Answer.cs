using System.Text.Json.Nodes;

namespace Shellbox.Tests.Fixtures;

/// <summary>An answer as it came over the wire.</summary>
internal sealed record Answer(int Status, JsonNode? Body, IReadOnlyDictionary<string, string> Headers)
{
    public string? Code => (string?)Body?["error"]?["code"];

    public string Message => (string?)Body?["error"]?["message"] ?? "";

    /// <summary>The path and query of a URL that the answer gives.</summary>
    public string PathOf(string header) => new Uri(Headers[header]).PathAndQuery;
}
