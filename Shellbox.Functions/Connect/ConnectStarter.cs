using Microsoft.Extensions.Options;
using Shellbox.Activities;
using Shellbox.Activities.Connect;
using Shellbox.Activities.Operations;
using Shellbox.Activities.Release;
using Shellbox.Activities.Sessions;
using Shellbox.Activities.State;
using Shellbox.Functions.Operations;
using Shellbox.Functions.Release;

namespace Shellbox.Functions.Connect;

/// <summary>
/// Begins operations on a box: the Boxes row decides, and the winner's orchestration is started under the operation's id.
/// </summary>
public sealed class ConnectStarter(BoxStore boxes, IOptions<ShellboxOptions> options, RecentConnects recent, TimeProvider time)
{
    /// <summary>Connects the box, or joins the connect under way.</summary>
    /// <param name="client">The Durable client.</param>
    /// <param name="key">The box.</param>
    /// <param name="sessionId">The session to open; null for a prewarm.</param>
    /// <param name="publicKey">The user's key; null for a prewarm.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task<ConnectDecision> ConnectAsync(
        DurableTaskClient client,
        BoxKey key,
        string? sessionId,
        string? publicKey,
        CancellationToken cancellationToken
    ) => ConnectAsync(client, key, sessionId, publicKey, options.Value.Connect, cancellationToken);

    /// <summary>
    /// Makes the box ready without a session, paused in memory for as long as is said: what the pool does with a blank one.
    /// </summary>
    public Task<ConnectDecision> PrewarmAsync(DurableTaskClient client, BoxKey key, TimeSpan hold, CancellationToken cancellationToken) =>
        ConnectAsync(client, key, sessionId: null, publicKey: null, options.Value.Connect with { Hold = hold }, cancellationToken);

    private async Task<ConnectDecision> ConnectAsync(
        DurableTaskClient client,
        BoxKey key,
        string? sessionId,
        string? publicKey,
        ConnectOptions settings,
        CancellationToken cancellationToken
    )
    {
        var requestedAt = time.GetUtcNow();

        // A prewarm is the operator's.
        int? maxRunning = sessionId is null ? null : options.Value.Quota.RunningBoxes;
        var decision = await new Takeover(client, time).DecideAsync(
            dead =>
                boxes.DecideConnectAsync(
                    key,
                    new ConnectCommand($"connect-{Guid.NewGuid():n}", sessionId, publicKey, dead, maxRunning),
                    cancellationToken
                ),
            decision => decision.Kind is ConnectDecisionKind.Joined ? decision.OperationId : null,
            operationId => StillNamesAsync(key, operationId, cancellationToken),
            cancellationToken
        );
        if (decision.Kind is not (ConnectDecisionKind.Started or ConnectDecisionKind.Queued))
            return decision;

        var input = new ConnectInput(
            new BoxOperation(key, decision.OperationId, decision.Epoch),
            decision.Kind is ConnectDecisionKind.Queued,
            requestedAt,
            settings,
            options.Value.Azure.OperationPollInterval,
            decision.InMemory,
            recent.Medians()
        );

        // Not with the request's token: from here on the row names this operation, whether the caller stays or leaves.
        await client.ScheduleNewOrchestrationInstanceAsync(
            nameof(ConnectOrchestration),
            input,
            new StartOrchestrationOptions(decision.OperationId),
            CancellationToken.None
        );
        return decision;
    }

    /// <summary>Ends a session, or all; starts the hold and the release after the last. Null when there is no such box.</summary>
    /// <param name="client">The Durable client.</param>
    /// <param name="key">The box.</param>
    /// <param name="sessionId">The session to end; null for all.</param>
    /// <param name="hold">How long the guest stays in memory; null: as the settings say.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<BoxRow?> DisconnectAsync(
        DurableTaskClient client,
        BoxKey key,
        string? sessionId,
        TimeSpan? hold,
        CancellationToken cancellationToken
    )
    {
        var holds = hold ?? options.Value.Connect.Hold;
        var own = "";
        var row = await new Takeover(client, time).DecideAsync(
            dead =>
            {
                own = $"release-{Guid.NewGuid():n}";
                return boxes.DecideDisconnectAsync(
                    key,
                    new DisconnectCommand(own, sessionId, holds > TimeSpan.Zero, dead),
                    cancellationToken
                );
            },
            row =>
                row is { State: BoxState.Connecting or BoxState.Releasing, Sessions.Count: 0 } && row.OperationId != own
                    ? row.OperationId
                    : null,
            operationId => StillNamesAsync(key, operationId, cancellationToken),
            cancellationToken
        );
        if (row?.OperationId == own)
            await StartReleaseAsync(client, row, "Disconnected.", holds);
        return row;
    }

    /// <summary>
    /// Ends a session that was not seen since, with what follows from a disconnect; null when it was seen, or is over already.
    /// </summary>
    public async Task<BoxRow?> EndLostSessionAsync(
        DurableTaskClient client,
        BoxKey key,
        BoxSession session,
        CancellationToken cancellationToken
    )
    {
        var settings = options.Value.Connect;
        var operationId = $"release-{Guid.NewGuid():n}";
        var row = await boxes.DecideExpiryAsync(key, operationId, session, settings.Hold > TimeSpan.Zero, cancellationToken);
        if (row?.OperationId == operationId)
            await StartReleaseAsync(client, row, "The last session was lost.", settings.Hold);
        return row;
    }

    private async Task StartReleaseAsync(DurableTaskClient client, BoxRow row, string reason, TimeSpan hold)
    {
        var input = ReleaseInput.Of(row, reason, row.State is BoxState.Held ? hold : TimeSpan.Zero, options.Value);
        await client.ScheduleNewOrchestrationInstanceAsync(
            nameof(ReleaseOrchestration),
            input,
            new StartOrchestrationOptions(row.OperationId!),
            CancellationToken.None
        );
    }

    /// <summary>An operation that has just ended in the ordinary way has moved the row on: that is no dead one.</summary>
    private async Task<bool> StillNamesAsync(BoxKey key, string operationId, CancellationToken cancellationToken) =>
        await boxes.FindAsync(key, cancellationToken) is { State: BoxState.Connecting or BoxState.Releasing } row
        && (row.OperationId == operationId || row.NextOperationId == operationId);
}
