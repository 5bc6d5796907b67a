namespace Shellbox.LocalHost.Worker;

/// <summary>A worker did not come up; the message says why, for people.</summary>
internal sealed class WorkerStartException(string message, Exception? inner = null) : Exception(message, inner);
