using Microsoft.Extensions.Options;
using Shellbox.Activities.Audit;
using Shellbox.Activities.Operations;
using Shellbox.Activities.State;

namespace Shellbox.Activities.Connect;

/// <summary>Writes the failure of a connect to the audit log, and counts it against the instance when that was to blame.</summary>
public sealed class ReportFailure(InstanceStore instances, EventLog events, ShellboxMetrics metrics, IOptions<ShellboxOptions> options)
{
    /// <param name="Operation">The connect.</param>
    /// <param name="Step">The step that failed.</param>
    /// <param name="Message">Why.</param>
    /// <param name="InstanceId">The instance, when there was one.</param>
    /// <param name="InstanceFault">Whether it failed by the instance's fault.</param>
    public sealed record Input(BoxOperation Operation, string Step, string Message, string? InstanceId, bool InstanceFault);

    /// <returns>Why the instance is to be quarantined; null when it is not.</returns>
    [Function(nameof(ReportFailure))]
    public async Task<string?> RunAsync([ActivityTrigger] Input input, CancellationToken cancellationToken)
    {
        metrics.ConnectFailed(input.Step);
        await events.WriteAsync(
            new AuditEvent(
                input.Operation.Key,
                "connect-failed",
                $"{input.Step}: {input.Message}",
                input.Operation.OperationId,
                input.InstanceId
            ),
            cancellationToken
        );

        if (input is not { InstanceFault: true, InstanceId: { } instanceId })
            return null;
        var failures = await instances.CountFailureAsync(instanceId, input.Operation, cancellationToken);
        return failures >= options.Value.Pool.QuarantineAfter
            ? $"{failures} starts in a row have failed on {instanceId}; the last: {input.Message}"
            : null;
    }
}
