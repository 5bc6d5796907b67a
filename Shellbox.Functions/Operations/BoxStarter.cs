using Microsoft.Extensions.Options;
using Shellbox.Activities;
using Shellbox.Activities.Creation;
using Shellbox.Activities.Operations;
using Shellbox.Activities.State;
using Shellbox.Functions.Deletion;
using Shellbox.Functions.Release;

namespace Shellbox.Functions.Operations;

/// <summary>Begins and ends boxes: the tables decide, and what follows from it is started under the operation's id.</summary>
public sealed class BoxStarter(BoxStore boxes, BoxCreation creation, IOptions<ShellboxOptions> options, TimeProvider time)
{
    /// <summary>How long a delete that failed is left alone before the sweep tries again.</summary>
    private static readonly TimeSpan DeleteRetry = TimeSpan.FromMinutes(1);

    /// <summary>Makes a box, or finds it.</summary>
    /// <param name="client">The Durable client.</param>
    /// <param name="key">The box.</param>
    /// <param name="volumeId">The volume that it is to have; null: any blank one.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<CreationOutcome> CreateAsync(
        DurableTaskClient client,
        BoxKey key,
        string? volumeId,
        CancellationToken cancellationToken
    )
    {
        var created = await creation.CreateAsync(key, volumeId, $"put-{Guid.NewGuid():n}", cancellationToken);
        await StartReleasesAsync(client, created);
        return created;
    }

    /// <summary>Completes every giving of a blank box that was cut short: for a timer.</summary>
    public async Task CompleteAssignedAsync(DurableTaskClient client, CancellationToken cancellationToken) =>
        await StartReleasesAsync(client, await creation.CompleteAllAssignedAsync(cancellationToken));

    /// <summary>Deletes a box, or joins the delete under way; null when there is no such box.</summary>
    public async Task<BoxRow?> DeleteAsync(DurableTaskClient client, BoxKey key, CancellationToken cancellationToken)
    {
        var own = "";
        var row = await new Takeover(client, time).DecideAsync(
            dead => boxes.DecideDeleteAsync(key, own = $"delete-{Guid.NewGuid():n}", dead, cancellationToken),
            row => row is not null && row.OperationId != own ? row.OperationId : null,
            _ => Task.FromResult(true),
            cancellationToken
        );
        if (row is null || row.OperationId != own)
            return row;

        var input = new DeleteInput(
            new BoxOperation(key, own, row.Epoch),
            options.Value.Connect,
            options.Value.Azure.OperationPollInterval
        );
        await client.ScheduleNewOrchestrationInstanceAsync(
            nameof(DeleteOrchestration),
            input,
            new StartOrchestrationOptions(own),
            CancellationToken.None
        );
        return row;
    }

    /// <summary>
    /// Tries again to delete a user's box whose delete has failed some time ago, or never began: for a timer. The pool sees to its own.
    /// </summary>
    /// <returns>Whether there was anything to do.</returns>
    public async Task<bool> RetryDeleteAsync(DurableTaskClient client, BoxRow row, CancellationToken cancellationToken)
    {
        if (
            row.State is not BoxState.Deleting
            || row.Key.IsPools
            || row.Since + DeleteRetry > time.GetUtcNow()
            || !await client.IsOverAsync(row.OperationId!, TimeSpan.Zero, time, cancellationToken)
        )
        {
            return false;
        }

        return await DeleteAsync(client, row.Key, cancellationToken) is not null;
    }

    private async Task StartReleasesAsync(DurableTaskClient client, CreationOutcome created)
    {
        foreach (var box in created.ToHold)
            await StartAsync(box, "Spun up, and nobody came.", options.Value.Connect.Hold);
        foreach (var box in created.ToRelease)
            await StartAsync(box, "Given back: the user's box has another volume.", TimeSpan.Zero);

        // Whoever completes an assignment that another has completed too comes to the same orchestration.
        Task StartAsync(BoxRow box, string reason, TimeSpan hold) =>
            client.StartSingletonAsync(
                nameof(ReleaseOrchestration),
                box.OperationId!,
                ReleaseInput.Of(box, reason, hold, options.Value),
                CancellationToken.None
            );
    }
}
