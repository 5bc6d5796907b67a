using System.Text.Json.Serialization.Metadata;

namespace Shellbox.Contracts.Http;

/// <summary>
/// The answer to a request that may take long: either <see cref="Result"/> (200) or <see cref="StatusUri"/> (202), where the result will
/// be; neither when there is nothing more to say (204).
/// </summary>
/// <typeparam name="T">The result.</typeparam>
public sealed class OperationStart<T>
    where T : class
{
    internal OperationStart(JsonTypeInfo<T> type) => Type = type;

    public ApiDocument<T>? Result { get; internal init; }

    /// <summary>Where the operation's status is; the URL carries its own key.</summary>
    public Uri? StatusUri { get; internal init; }

    /// <summary>The operation under way; null with a result.</summary>
    public string? OperationId { get; internal init; }

    /// <summary>Of a connect: what a disconnect ends and a heartbeat keeps.</summary>
    public string? SessionId { get; internal init; }

    /// <summary>Of a connect: how long the session may be silent once it has sent a heartbeat.</summary>
    public TimeSpan? SessionExpiry { get; internal init; }

    /// <summary>How far the app's clock is ahead of this machine's.</summary>
    public TimeSpan ClockOffset { get; internal init; }

    internal JsonTypeInfo<T> Type { get; }
}
