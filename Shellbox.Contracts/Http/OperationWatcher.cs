using System.Text.Json;
using Shellbox.Contracts.Operations;

namespace Shellbox.Contracts.Http;

/// <summary>Follows an operation to its end by its Durable status URL.</summary>
public sealed class OperationWatcher(ShellboxClient client, TimeProvider time)
{
    // A hot connect ends within a few polls of the shortest; a cold one is asked about twice a second.
    private static readonly TimeSpan ShortestInterval = TimeSpan.FromMilliseconds(50);

    // The operation goes on while the app restarts; its status is there again afterwards.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>How long the pause between two looks becomes.</summary>
    public TimeSpan LongestInterval { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Waits for the end of what was started, if it has not ended yet, and returns its result.</summary>
    /// <param name="start">The answer that it began with; one with nothing more to say has no result.</param>
    /// <param name="operation">What is under way, for messages: "connect".</param>
    /// <param name="onProgress">Called with every progress seen, and with a notice while the app does not answer.</param>
    /// <param name="cancellationToken">Ends the waiting, not the operation.</param>
    /// <exception cref="OperationFailedException">The operation failed or was terminated.</exception>
    /// <exception cref="ShellboxClientException">The app refused, or stayed away too long.</exception>
    public async Task<ApiDocument<T>> WaitAsync<T>(
        OperationStart<T> start,
        string operation,
        Action<CustomStatus?, string?>? onProgress,
        CancellationToken cancellationToken
    )
        where T : class
    {
        if (start.Result is { } result)
            return result;
        var statusUri = start.StatusUri ?? throw new ArgumentException("It has ended without a result.", nameof(start));
        var interval = ShortestInterval;
        long? silentSince = null;
        while (true)
        {
            try
            {
                var status = await client.GetStatusAsync(statusUri, cancellationToken);
                silentSince = null;
                onProgress?.Invoke(status.Progress, null);
                if (status.IsOver)
                    return new ApiDocument<T>(ReadEnd(status, operation), start.Type, client.Address);
            }
            catch (ShellboxClientException failure) when (IsAway(failure))
            {
                silentSince ??= time.GetTimestamp();
                if (time.GetElapsedTime(silentSince.Value) > Patience)
                    throw;
                onProgress?.Invoke(null, "the app does not answer; asking again");
            }

            await Task.Delay(interval, time, cancellationToken);
            interval = interval * 1.5 < LongestInterval ? interval * 1.5 : LongestInterval;
        }
    }

    /// <summary>Whether the app, or what it stands on, may be back in a while.</summary>
    private static bool IsAway(ShellboxClientException failure) =>
        failure
            is AppUnreachableException
                or ApiException
                {
                    Status: System.Net.HttpStatusCode.ServiceUnavailable
                        or System.Net.HttpStatusCode.BadGateway
                        or System.Net.HttpStatusCode.GatewayTimeout
                };

    private JsonElement ReadEnd(OperationStatus status, string operation) =>
        status.RuntimeStatus switch
        {
            OperationStatus.Completed => status.Output ?? default,
            OperationStatus.Terminated => throw new OperationFailedException(
                client.Address,
                $"The {operation} was terminated{Because(status.Output)}."
            ),
            _ => throw new OperationFailedException(client.Address, $"The {operation} failed{Because(status.Output)}."),
        };

    private static string Because(JsonElement? output)
    {
        var reason = output is { ValueKind: JsonValueKind.String } text ? text.GetString()! : output?.GetRawText();
        return string.IsNullOrWhiteSpace(reason) || reason == "null" ? "" : ": " + FailureText.Parse(reason).Message.Trim().TrimEnd('.');
    }
}
