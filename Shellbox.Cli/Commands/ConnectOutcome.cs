using System.Text.Json;

namespace Shellbox.Cli.Commands;

/// <summary>
/// A connect that succeeded: the result, the same as the app wrote it, the session that a disconnect ends, and how long that may be silent.
/// </summary>
internal sealed record ConnectOutcome(ConnectResult Result, JsonElement Document, string? SessionId, TimeSpan? SessionExpiry);
