using Shellbox.Cli.Rendering;
using Shellbox.Cli.Ssh;
using Shellbox.Contracts.Http;

namespace Shellbox.Cli.Commands;

/// <summary>Ends one session or all, and waits until the volume is detached.</summary>
internal sealed class DisconnectOperation(ShellboxClient client, UserIdentity identity, IOperationView view, TimeProvider time)
{
    /// <param name="boxName">The box.</param>
    /// <param name="sessionId">The session to end, or null for all of them.</param>
    /// <param name="hold">How long the guest stays paused in memory after the last one; null: as the app is set up.</param>
    /// <param name="wait">Whether to wait for the end.</param>
    /// <param name="cancellationToken">Ends the waiting, not the operation.</param>
    public async Task<DisconnectOutcome> RunAsync(
        string boxName,
        string? sessionId,
        TimeSpan? hold,
        bool wait,
        CancellationToken cancellationToken
    )
    {
        var start = await client.DisconnectAsync(identity.Box(boxName), sessionId, hold, TimeSpan.Zero, cancellationToken);
        if (start.Result is not null || !wait)
        {
            return new DisconnectOutcome(start.Result, Took: null);
        }

        var began = time.GetTimestamp();
        var document = await view.ShowAsync(
            $"Disconnecting {boxName}",
            start.ClockOffset,
            show => new OperationWatcher(client, time).WaitAsync(start, "disconnect", show, cancellationToken)
        );
        return new DisconnectOutcome(document, time.GetElapsedTime(began));
    }

    public static DisconnectResult Read(ApiDocument<DisconnectResult> document)
    {
        try
        {
            return document.Read() is { State: not null } result ? result : throw Unreadable(null);
        }
        catch (UnreadableAnswerException failure)
        {
            throw Unreadable(failure);
        }
    }

    private static CliException Unreadable(Exception? inner) =>
        new(ExitCode.Failed, "The disconnect ended, but its result cannot be read. Is it a Shellbox app of this version?", inner);
}
