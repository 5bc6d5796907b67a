namespace Shellbox.LocalHost.Worker;

/// <summary>The app, running: a process of its own, as in Azure, or part of the caller's, as in a test.</summary>
public interface IWorker : IAsyncDisposable
{
    /// <summary>The process that the app runs in.</summary>
    int ProcessId { get; }

    /// <summary>Completes when the worker has ended.</summary>
    Task Ended { get; }

    /// <summary>How it ended, as the rest of a sentence that begins with the worker. For one that has ended.</summary>
    string DescribeExit();

    /// <summary>Ends it at once; one that has ended stays as it is.</summary>
    void Kill();
}
