namespace Shellbox.Cli.Api;

internal sealed record Finding(string Kind, string? ResourceId, string? Detail, string? Action);
