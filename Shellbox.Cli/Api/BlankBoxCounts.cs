namespace Shellbox.Cli.Api;

internal sealed record BlankBoxCounts(int Ready, int Starting, int Wanted);
