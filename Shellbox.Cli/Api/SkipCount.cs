namespace Shellbox.Cli.Api;

internal sealed record SkipCount(string Reason, int Count);
