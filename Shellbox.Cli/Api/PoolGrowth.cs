namespace Shellbox.Cli.Api;

internal sealed record PoolGrowth(bool Enabled, string? Detail, int Failures, DateTimeOffset? RetryAt, int Minimum, int Maximum, int Total);
