using Shellbox.Embedded.Engine.Orchestrations;
using Shellbox.Embedded.Engine.Storage;

namespace Shellbox.Embedded.Engine;

/// <summary>What the engine keeps in memory of one instance: messages that wait for its next turn, and its live orchestrator.</summary>
internal sealed class InstanceEntry(string id)
{
    public string Id { get; } = id;

    /// <summary>Guards the members of the first group.</summary>
    public object Gate { get; } = new();

    public List<InstanceMessage> Pending { get; private set; } = [];

    /// <summary>Whether it is queued for a turn or in one, up to the turn's commit.</summary>
    public bool Busy { get; set; }

    /// <summary>Whether it has left the engine's table; whoever still holds it looks it up again.</summary>
    public bool Removed { get; set; }

    /// <summary>Its place among the live orchestrators that wait, oldest first.</summary>
    public LinkedListNode<InstanceEntry>? Idle { get; set; }

    // The second group belongs to the turn in progress.

    /// <summary>Whether its turn was let go from the quarantine.</summary>
    public bool IsSuspect { get; set; }

    /// <summary>How many turns one after the other broke in the engine.</summary>
    public int BrokenTurns { get; set; }

    /// <summary>The stored state; null: not loaded.</summary>
    public InstanceRow? Row { get; set; }

    /// <summary>The live orchestrator; null: not loaded or not begun.</summary>
    public OrchestratorExecution? Execution { get; set; }

    /// <summary>The last inbox row that was taken; a message of a lower one was taken when the instance was loaded.</summary>
    public long LastSequence { get; set; }

    public List<InstanceMessage> TakePending()
    {
        var taken = Pending;
        Pending = [];
        return taken;
    }

    public void Unload()
    {
        Row = null;
        Execution = null;
        LastSequence = 0;
    }
}
