namespace Shellbox.Cli.Api;

internal sealed record FindingCount(string Kind, string Action, int Count);
