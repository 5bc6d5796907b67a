namespace Shellbox.Cli.Api;

internal sealed record HeartbeatRequest(string SessionId);
