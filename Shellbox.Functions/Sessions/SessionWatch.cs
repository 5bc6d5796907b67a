using Microsoft.Extensions.Options;
using Shellbox.Activities;
using Shellbox.Activities.Audit;
using Shellbox.Activities.Sessions;
using Shellbox.Activities.State;
using Shellbox.Functions.Connect;

namespace Shellbox.Functions.Sessions;

/// <summary>
/// Ends the sessions that are lost: their client has died, or its network, without a disconnect. What follows is the same as after a
/// disconnect.
/// </summary>
/// <remarks>
/// While the app or its storage was away no heartbeat could come in: so it says nothing about a session before it has looked, without a
/// failure in between, for as long as a session may be silent.
/// </remarks>
public sealed class SessionWatch(ConnectStarter starter, EventLog events, IOptions<ShellboxOptions> options, TimeProvider time)
{
    private DateTimeOffset? _watchingSince;

    /// <summary>A look begins.</summary>
    /// <returns>Whether sessions may be ended in it.</returns>
    public bool Begin()
    {
        _watchingSince ??= time.GetUtcNow();
        return time.GetUtcNow() - _watchingSince >= options.Value.Connect.SessionExpiry;
    }

    /// <summary>A look has failed: the storage is away, and heartbeats do not come in either.</summary>
    public void Fail() => _watchingSince = null;

    /// <summary>Ends what is lost of one box.</summary>
    /// <returns>How many sessions were.</returns>
    public async Task<int> EndLostAsync(DurableTaskClient client, BoxRow box, CancellationToken cancellationToken)
    {
        var settings = options.Value.Connect;
        var now = time.GetUtcNow();
        var lost = box.Sessions.Where(IsLost).ToList();
        foreach (var session in lost)
        {
            if (await starter.EndLostSessionAsync(client, box.Key, session, cancellationToken) is not { } row)
                continue;
            await events.WriteAsync(
                new AuditEvent(
                    box.Key,
                    "session-expired",
                    $"Session {session.Id} was last seen at {session.LastSeen.UtcDateTime:u} and is ended; {row.Sessions.Count} are left.",
                    row.OperationId,
                    row.InstanceId
                ),
                cancellationToken
            );
        }

        return lost.Count;

        bool IsLost(BoxSession session) => now - session.LastSeen > (session.Beats ? settings.SessionExpiry : settings.SilentSessionExpiry);
    }
}
