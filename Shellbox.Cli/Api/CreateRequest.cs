namespace Shellbox.Cli.Api;

internal sealed record CreateRequest(string? VolumeId);
