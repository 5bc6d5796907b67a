namespace Shellbox.Cli.Api;

internal sealed record VolumeCounts(int Total, int Blank);
