using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Shellbox.Tests.Fixtures;

/// <summary>Keeps what a host logs, one line an entry: level, category, message.</summary>
internal sealed class LogCollector(ConcurrentQueue<string> lines) : ILoggerProvider
{
    public ILogger CreateLogger(string categoryName) => new Collecting(lines, categoryName);

    public void Dispose() { }

    private sealed class Collecting(ConcurrentQueue<string> lines, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        ) =>
            lines.Enqueue(
                $"{logLevel} {category}: "
                    + $"{formatter(state, exception)}{(exception is null ? "" : $" [{exception.GetType().Name}: {exception.Message}]")}"
            );
    }
}
