namespace Shellbox.Cli.Api;

/// <summary>An entry of the audit log: what happened, to whom, by which operation, how long it took.</summary>
internal sealed record BoxEvent(
    DateTimeOffset At,
    string Kind,
    string? Subject,
    string? Detail,
    string? OperationId,
    string? InstanceId,
    double? Seconds
);
