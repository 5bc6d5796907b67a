namespace Shellbox.LocalHost.Worker;

/// <summary>The worker ended during an invocation, or there is none.</summary>
/// <remarks>
/// The Durable extension decides by this name, this base class and the begin of the message whether a turn or an activity is abandoned, and
/// so run again, or failed: with these three it is run again. Queue messages come again anyhow, and an HTTP request is answered with 500.
/// </remarks>
public sealed class WorkerProcessExitException(string reason)
    : InvalidOperationException("Did not find any initialized language workers: " + reason);
