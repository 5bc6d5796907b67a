using Shellbox.Contracts.Http;

namespace Shellbox.Cli.Commands;

/// <summary>
/// Says in the background that a session is alive, until it is disposed: at once, and then every third of the time after which the app
/// would take it as lost. The terminal is the session's meanwhile, so nothing is written; what fails is tried again the next time.
/// </summary>
internal sealed class SessionHeartbeat : IAsyncDisposable
{
    private readonly CancellationTokenSource _ended = new();
    private readonly Task _beating;

    private SessionHeartbeat(Func<CancellationToken, Task> beat, TimeSpan period, TimeProvider time) =>
        _beating = BeatAsync(beat, period, time, _ended.Token);

    /// <summary>Begins; null when the app gave no session, or is of a version that expects no heartbeat.</summary>
    public static SessionHeartbeat? Start(ShellboxClient client, BoxKey box, ConnectOutcome outcome, TimeProvider time) =>
        outcome is { SessionId: { } sessionId, SessionExpiry: { } expiry } && expiry > TimeSpan.Zero
            ? new SessionHeartbeat(cancellationToken => client.HeartbeatAsync(box, sessionId, cancellationToken), expiry / 3, time)
            : null;

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        await _beating;
        _ended.Dispose();
    }

    private static async Task BeatAsync(
        Func<CancellationToken, Task> beat,
        TimeSpan period,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        try
        {
            while (true)
            {
                try
                {
                    await beat(cancellationToken);
                }
                catch (ShellboxClientException failure) when (!failure.IsNotFound())
                {
                    // The app may be back the next time.
                }

                await Task.Delay(period, time, cancellationToken);
            }
        }
        catch (ShellboxClientException)
        {
            // The session is over, as the disconnect will say.
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Its own end.
        }
    }
}
