using Shellbox.Cli.Rendering;
using Shellbox.Cli.Ssh;
using Shellbox.Contracts.Http;

namespace Shellbox.Cli.Commands;

/// <summary>Connects a box and waits for its endpoint.</summary>
internal sealed class ConnectOperation(ShellboxClient client, UserIdentity identity, IOperationView view, TimeProvider time)
{
    public async Task<ConnectOutcome> RunAsync(string boxName, CancellationToken cancellationToken)
    {
        var start = await client.ConnectAsync(identity.Box(boxName), identity.PublicKey, TimeSpan.Zero, cancellationToken);
        var document =
            start.Result
            ?? await view.ShowAsync(
                $"Connecting to {boxName}",
                start.ClockOffset,
                show => new OperationWatcher(client, time).WaitAsync(start, "connect", show, cancellationToken)
            );
        return new ConnectOutcome(Read(document), document.Json, start.SessionId, start.SessionExpiry);
    }

    private static ConnectResult Read(ApiDocument<ConnectResult> document)
    {
        try
        {
            if (document.Read() is { Endpoint: { Host: not null, User: not null }, Steps: not null } result)
                return result;
        }
        catch (UnreadableAnswerException)
        {
            // Falls through to the same sentence: what came is no connect result.
        }

        throw new CliException(ExitCode.Failed, "The connect ended, but its result cannot be read. Is it a Shellbox app of this version?");
    }
}
