using System.Text.Json;
using System.Text.RegularExpressions;

namespace Shellbox.Cli.Api;

/// <summary>Follows an operation to its end by its Durable status URL.</summary>
internal sealed partial class OperationWatcher(ShellboxClient client, TimeProvider time)
{
    // A hot connect ends within a few polls of the shortest; a cold one is asked about twice a second.
    private static readonly TimeSpan ShortestInterval = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestInterval = TimeSpan.FromMilliseconds(500);

    // The operation goes on while the app restarts; its status is there again afterwards.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Waits for the end and returns the output.</summary>
    /// <param name="statusUri">The status URL, which carries its own key.</param>
    /// <param name="operation">What is under way, for messages: "connect".</param>
    /// <param name="onProgress">Called with every progress seen, and with a notice while the app does not answer.</param>
    /// <param name="cancellationToken">Ends the waiting, not the operation.</param>
    /// <exception cref="CliException">The operation failed or was terminated, or the app stayed away too long.</exception>
    public async Task<JsonElement> WaitAsync(
        Uri statusUri,
        string operation,
        Action<OperationProgress?, string?> onProgress,
        CancellationToken cancellationToken
    )
    {
        var interval = ShortestInterval;
        long? silentSince = null;
        while (true)
        {
            try
            {
                var status = await client.GetStatusAsync(statusUri, cancellationToken);
                silentSince = null;
                onProgress(status.Progress, null);
                if (status.IsOver)
                {
                    return ReadEnd(status, operation);
                }
            }
            catch (CliException failure) when (failure.ExitCode == ExitCode.NotReachable)
            {
                silentSince ??= time.GetTimestamp();
                if (time.GetElapsedTime(silentSince.Value) > Patience)
                {
                    throw;
                }

                onProgress(null, "the app does not answer; asking again");
            }

            await Task.Delay(interval, time, cancellationToken);
            interval = interval * 1.5 < LongestInterval ? interval * 1.5 : LongestInterval;
        }
    }

    private static JsonElement ReadEnd(OperationStatus status, string operation) =>
        status.RuntimeStatus switch
        {
            "Completed" => status.Output ?? default,
            "Terminated" => throw new CliException(ExitCode.Failed, $"The {operation} was terminated{Because(status.Output)}."),
            _ => throw new CliException(ExitCode.Failed, $"The {operation} failed{Because(status.Output)}."),
        };

    private static string Because(JsonElement? output)
    {
        var reason = output is { ValueKind: JsonValueKind.String } text ? text.GetString()! : output?.GetRawText();
        return string.IsNullOrWhiteSpace(reason) || reason == "null" ? "" : ": " + TypeName().Replace(reason, "").Trim().TrimEnd('.');
    }

    // Durable puts the exception's type before its message; the user needs the message.
    [GeneratedRegex(@"\A(?:[A-Za-z_]\w*\.)+[A-Za-z_]\w*:\s+")]
    private static partial Regex TypeName();
}
