namespace Shellbox.Embedded.Engine.Orchestrations;

/// <summary>
/// Runs an orchestrator's continuations on the thread of its turn, one after the other in the order in which they were queued: the same on
/// every replay. A continuation queued from any other thread shows that the orchestrator awaited something that is not durable.
/// </summary>
internal sealed class OrchestratorScheduler(Action foreignCompletion) : TaskScheduler
{
    private readonly Queue<Task> tasks = new();
    private readonly Queue<Action> completions = new();
    private int turnThread = -1;

    public bool IsOnTurn => Environment.CurrentManagedThreadId == Volatile.Read(ref turnThread);

    /// <summary>Makes the current thread the one that may touch the orchestrator, until <see cref="EndTurn"/>.</summary>
    public void BeginTurn() => Volatile.Write(ref turnThread, Environment.CurrentManagedThreadId);

    public void EndTurn() => Volatile.Write(ref turnThread, -1);

    /// <summary>
    /// Completes a task of the orchestrator, later in this turn and outside its own code. There the runtime runs continuations that declined
    /// the scheduler (<c>ConfigureAwait(false)</c>) inline on this thread, instead of sending them to the thread pool.
    /// </summary>
    public void Complete(Action completion) => completions.Enqueue(completion);

    /// <summary>Runs until nothing is left to do.</summary>
    public void Pump()
    {
        while (true)
        {
            if (tasks.TryDequeue(out var task))
                TryExecuteTask(task);
            else if (completions.TryDequeue(out var completion))
                completion();
            else
                return;
        }
    }

    protected override void QueueTask(Task task)
    {
        if (IsOnTurn)
            tasks.Enqueue(task);
        else
            foreignCompletion();
    }

    // Never inline: whether the runtime offers it depends on the kind of thread, which a replay need not share.
    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => false;

    protected override IEnumerable<Task> GetScheduledTasks() => tasks;
}
