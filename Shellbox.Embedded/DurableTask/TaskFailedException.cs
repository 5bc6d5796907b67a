namespace Shellbox.Embedded.DurableTask;

/// <summary>An activity or a sub-orchestration failed, after all its retries.</summary>
public sealed class TaskFailedException : Exception
{
    /// <summary>A failure that is known by its details alone.</summary>
    public TaskFailedException(string taskName, int taskId, TaskFailureDetails failureDetails)
        : this(taskName, taskId, failureDetails, null)
    {
    }

    /// <summary>A failure by an exception.</summary>
    public TaskFailedException(string taskName, int taskId, Exception innerException)
        : this(taskName, taskId, TaskFailureDetails.FromException(innerException), innerException)
    {
    }

    internal TaskFailedException(string taskName, int taskId, TaskFailureDetails failureDetails, Exception? innerException)
        : base($"Task '{taskName}' (#{taskId}) failed with an unhandled exception: {failureDetails?.ErrorMessage}", innerException)
    {
        ArgumentNullException.ThrowIfNull(failureDetails);
        TaskName = taskName;
        TaskId = taskId;
        FailureDetails = failureDetails;
    }

    /// <summary>The name by which the task was called.</summary>
    public string TaskName { get; }

    /// <summary>The task's number in its orchestration, from 0; activities, timers and sub-orchestrations count together.</summary>
    public int TaskId { get; }

    /// <summary>Why it failed.</summary>
    public TaskFailureDetails FailureDetails { get; }
}
