namespace Shellbox.Embedded.Engine;

/// <summary>The kinds of history events and of messages that become one. The numbers are stored: they never change.</summary>
internal enum HistoryEventType
{
    /// <summary>A message only: look whether there is something to do.</summary>
    None = 0,
    ExecutionStarted = 1,
    TaskScheduled = 2,
    TaskCompleted = 3,
    TaskFailed = 4,
    TimerCreated = 5,
    TimerFired = 6,
    ChildCreated = 7,
    ChildCompleted = 8,
    ChildFailed = 9,
    EventRaised = 10,
    EventSent = 11,
    ExecutionSuspended = 12,
    ExecutionResumed = 13,
    ExecutionTerminated = 14,
    ExecutionCompleted = 15,
}
