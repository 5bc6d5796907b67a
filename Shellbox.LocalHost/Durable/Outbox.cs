using DurableTask.Core;

namespace Shellbox.LocalHost.Durable;

/// <summary>What a write has put into the store: to be made known once it is committed.</summary>
internal sealed class Outbox
{
    /// <summary>The instances that have got a message, and from when on it counts.</summary>
    public List<(string Id, DateTime Due)> Messages { get; } = [];

    public List<long> Activities { get; } = [];

    /// <summary>The state of an instance that has ended.</summary>
    public OrchestrationState? Ended { get; set; }
}
