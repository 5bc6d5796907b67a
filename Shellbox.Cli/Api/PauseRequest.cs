namespace Shellbox.Cli.Api;

internal sealed record PauseRequest(bool Paused, string? Reason);
