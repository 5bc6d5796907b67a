namespace Shellbox.Cli.Api;

internal sealed record DisconnectRequest(string? SessionId, double? Hold);
