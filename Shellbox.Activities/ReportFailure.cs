using Shellbox.Activities.State;

namespace Shellbox.Activities;

/// <summary>Writes the failure of a connect to the audit log.</summary>
public sealed class ReportFailure(EventLog events, ShellboxMetrics metrics)
{
    /// <summary>What it is given.</summary>
    public sealed record Input(BoxOperation Operation, string Step, string Message, string? InstanceId);

    [Function(nameof(ReportFailure))]
    public async Task RunAsync([ActivityTrigger] Input input, CancellationToken cancellationToken)
    {
        metrics.ConnectFailed(input.Step);
        await events.WriteAsync(
            input.Operation.Key, "connect-failed", $"{input.Step}: {input.Message}", input.Operation.OperationId, input.InstanceId,
            cancellationToken: cancellationToken);
    }
}
