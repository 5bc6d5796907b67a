namespace Shellbox.Cli.Api;

internal sealed record BoxList(IReadOnlyList<Box> Boxes);
