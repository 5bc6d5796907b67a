namespace Shellbox.Embedded.Engine;

/// <summary>
/// Where work waits that was under way again and again when a process ended: it is let go one piece at a time, so that when the process ends
/// again only the piece that brought it about is counted, and nothing that merely ran beside it is ever given up for it.
/// </summary>
internal sealed class Quarantine
{
    /// <summary>So many counted starts that ended with their process make work a suspect. Once may be anybody's misfortune, and waiting costs time.</summary>
    public const int Suspicious = 2;

    private readonly object gate = new();
    private readonly Queue<Action> waiting = new();
    private bool taken;

    /// <summary>Lets a piece of work go, now or when those before it have left.</summary>
    public void Enter(Action go)
    {
        lock (gate)
        {
            if (taken)
            {
                waiting.Enqueue(go);
                return;
            }

            taken = true;
        }

        go();
    }

    /// <summary>The piece that was let go has not ended the process.</summary>
    public void Leave()
    {
        Action? next;
        lock (gate)
            taken = waiting.TryDequeue(out next);
        next?.Invoke();
    }
}
