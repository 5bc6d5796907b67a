using System.Text.Json;

namespace Shellbox.Cli.Api;

/// <summary>
/// The answer to a request that may take long: either <paramref name="Result"/> (200) or <paramref name="StatusUri"/> (202), where the
/// result will be; neither when there is nothing more to say (204). <paramref name="SessionExpiry"/> is how long the session may be silent
/// once it has sent a heartbeat. <paramref name="ClockOffset"/> is how far the app's clock is ahead of this machine's.
/// </summary>
internal sealed record OperationStart(
    JsonElement? Result,
    Uri? StatusUri,
    string? SessionId,
    TimeSpan? SessionExpiry,
    TimeSpan ClockOffset
);
