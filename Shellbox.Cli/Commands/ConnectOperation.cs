using System.Text.Json;
using Shellbox.Cli.Api;
using Shellbox.Cli.Rendering;
using Shellbox.Cli.Ssh;

namespace Shellbox.Cli.Commands;

/// <summary>Connects a box and waits for its endpoint.</summary>
internal sealed class ConnectOperation(ShellboxClient client, UserIdentity identity, IOperationView view, TimeProvider time)
{
    public async Task<ConnectOutcome> RunAsync(string boxName, CancellationToken cancellationToken)
    {
        var start = await client.ConnectAsync(identity.UserId, boxName, identity.PublicKey, cancellationToken);
        var document =
            start.Result
            ?? await view.ShowAsync(
                $"Connecting to {boxName}",
                start.ClockOffset,
                show => new OperationWatcher(client, time).WaitAsync(start.StatusUri!, "connect", show, cancellationToken)
            );
        return new ConnectOutcome(Read(document), document, start.SessionId, start.SessionExpiry);
    }

    private static ConnectResult Read(JsonElement document)
    {
        try
        {
            if (
                document.ValueKind == JsonValueKind.Object
                && document.Deserialize(ApiJson.Default.ConnectResult)
                    is { Endpoint: { Host: not null, User: not null }, Steps: not null } result
            )
            {
                return result;
            }
        }
        catch (JsonException)
        {
            // Falls through to the same sentence: what came is no connect result.
        }

        throw new CliException(ExitCode.Failed, "The connect ended, but its result cannot be read. Is it a Shellbox app of this version?");
    }
}
