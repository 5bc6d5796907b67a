namespace Shellbox.Cli.Api;

internal sealed record PoolPause(string? Reason, DateTimeOffset? Since);
