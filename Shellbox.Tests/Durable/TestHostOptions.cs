using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Shellbox.Tests.Durable;

/// <summary>How a <see cref="TestHost"/> differs from the plainest one.</summary>
internal sealed record TestHostOptions
{
    /// <summary>A folder that outlives the host, for restarts.</summary>
    public string? Folder { get; init; }

    public string? HostJson { get; init; }

    public TimeProvider? Time { get; init; }

    /// <summary>Whether each turn replays from the start; else orchestrators stay in memory between turns.</summary>
    public bool Replay { get; init; }

    public ILoggerProvider? Logs { get; init; }

    public Dictionary<string, string> Settings { get; init; } = [];

    public Action<IServiceCollection>? Configure { get; init; }

    public IReadOnlyList<Func<FunctionExecutionDelegate, FunctionExecutionDelegate>> Middlewares { get; init; } = [];
}
