namespace Shellbox.Cli.Api;

/// <summary>An RFC 9457 problem document. The last segment of <paramref name="Type"/> is the name in docs/api.md.</summary>
internal sealed record Problem(string? Type, string? Title, int? Status, string? Detail)
{
    public string? Name => Type?[(Type.LastIndexOf('/') + 1)..];
}
