using Shellbox.Contracts.Http;

namespace Shellbox.Cli.Commands;

/// <summary>How a disconnect ended.</summary>
/// <param name="Document">The result as the app wrote it, or null when it goes on and was not to be waited for.</param>
/// <param name="Took">How long it was under way, or null when there was nothing to wait for.</param>
internal sealed record DisconnectOutcome(ApiDocument<DisconnectResult>? Document, TimeSpan? Took);
