namespace Shellbox.Cli.Api;

internal sealed record SkippedResource(string? ResourceId, string? Reason);
