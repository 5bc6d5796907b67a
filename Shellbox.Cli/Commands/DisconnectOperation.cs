using System.Text.Json;
using Shellbox.Cli.Api;
using Shellbox.Cli.Rendering;

namespace Shellbox.Cli.Commands;

/// <summary>Ends one session or all, and waits until the volume is detached.</summary>
internal sealed class DisconnectOperation(ShellboxClient client, string userId, IOperationView view, TimeProvider time)
{
    /// <param name="boxName">The box.</param>
    /// <param name="sessionId">The session to end, or null for all of them.</param>
    /// <param name="hold">How long the guest stays paused in memory after the last one, in seconds; null: as the app is set up.</param>
    /// <param name="wait">Whether to wait for the end.</param>
    /// <param name="cancellationToken">Ends the waiting, not the operation.</param>
    public async Task<DisconnectOutcome> RunAsync(
        string boxName,
        string? sessionId,
        double? hold,
        bool wait,
        CancellationToken cancellationToken
    )
    {
        var start = await client.DisconnectAsync(userId, boxName, sessionId, hold, cancellationToken);
        if (start.Result is not null || !wait)
        {
            return new DisconnectOutcome(start.Result, Took: null);
        }

        var began = time.GetTimestamp();
        var document = await view.ShowAsync(
            $"Disconnecting {boxName}",
            start.ClockOffset,
            show => new OperationWatcher(client, time).WaitAsync(start.StatusUri!, "disconnect", show, cancellationToken)
        );
        return new DisconnectOutcome(document, time.GetElapsedTime(began));
    }

    public static DisconnectResult Read(JsonElement document)
    {
        try
        {
            return
                document.ValueKind == JsonValueKind.Object
                && document.Deserialize(ApiJson.Default.DisconnectResult) is { State: not null } result
                ? result
                : throw Unreadable(null);
        }
        catch (JsonException failure)
        {
            throw Unreadable(failure);
        }
    }

    private static CliException Unreadable(Exception? inner) =>
        new(ExitCode.Failed, "The disconnect ended, but its result cannot be read. Is it a Shellbox app of this version?", inner);
}
