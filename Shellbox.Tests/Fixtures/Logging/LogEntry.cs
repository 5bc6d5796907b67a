using Microsoft.Extensions.Logging;

namespace Shellbox.Tests.Fixtures;

/// <summary>What was logged at once.</summary>
internal sealed record LogEntry(string Category, LogLevel Level, string Message);
