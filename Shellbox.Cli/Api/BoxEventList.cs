namespace Shellbox.Cli.Api;

internal sealed record BoxEventList(IReadOnlyList<BoxEvent>? Events);
