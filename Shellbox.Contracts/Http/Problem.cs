using System.Text.Json.Serialization;

namespace Shellbox.Contracts.Http;

/// <summary>An RFC 9457 problem document.</summary>
/// <param name="Type">A URI, whose last segment is one of <see cref="ProblemName"/>.</param>
/// <param name="Title">What all problems of the type have in common.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="Detail">What is the matter here, as a sentence for people.</param>
public sealed record Problem(string? Type, string? Title, int? Status, string? Detail)
{
    public const string MediaType = "application/problem+json";

    private const string TypePrefix = "https://shellbox.dev/problems/";

    [JsonIgnore]
    public string? Name => Type?[(Type.LastIndexOf('/') + 1)..];

    /// <param name="name">One of <see cref="ProblemName"/>.</param>
    /// <param name="status">The HTTP status.</param>
    /// <param name="title">What all problems of that name have in common.</param>
    /// <param name="detail">What is the matter here.</param>
    public static Problem Of(string name, int status, string title, string detail) => new(TypePrefix + name, title, status, detail);
}
