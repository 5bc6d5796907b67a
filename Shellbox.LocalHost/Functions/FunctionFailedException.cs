using Shellbox.LocalHost.Protocol;

namespace Shellbox.LocalHost.Functions;

/// <summary>The worker answered that the function failed.</summary>
/// <remarks>The Durable extension reads type, message and stack of the failure out of this text.</remarks>
public sealed class FunctionFailedException : Exception
{
    internal FunctionFailedException(RpcException? failure)
        : base($"Result: Failure\nException: {failure?.Message}\nStack: {failure?.StackTrace}") =>
        Reason = failure?.Message ?? "the worker gave no reason";

    /// <summary>What the function said.</summary>
    public string Reason { get; }
}
