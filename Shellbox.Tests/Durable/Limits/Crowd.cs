namespace Shellbox.Tests.Durable.Limits;

/// <summary>Counts how many are inside at once. The first ones stay until as many are inside as are expected, so that they do meet.</summary>
public sealed class Crowd(int expected)
{
    private readonly TaskCompletionSource met = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly object gate = new();
    private int inside;

    /// <summary>The most that were inside at once.</summary>
    public int Most { get; private set; }

    public async Task VisitAsync()
    {
        Enter();
        await met.Task;

        // Long enough for one too many to come in.
        await Task.Delay(20);
        Leave();
    }

    /// <summary>The same for code that may not await, such as an orchestrator's.</summary>
    public void Visit()
    {
        Enter();
        met.Task.Wait();
        for (var n = 0; n < 20; n++)
            Thread.SpinWait(10_000);
        Leave();
    }

    private void Enter()
    {
        lock (gate)
        {
            Most = Math.Max(Most, ++inside);
            if (inside == expected)
                met.TrySetResult();
        }
    }

    private void Leave()
    {
        lock (gate)
            inside--;
    }
}
