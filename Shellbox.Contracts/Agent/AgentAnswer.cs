using Shellbox.Contracts.Operations;

namespace Shellbox.Contracts.Agent;

/// <summary>What a verb of the program on an instance answers.</summary>
public sealed record AgentAnswer
{
    public bool Ok { get; init; }

    /// <summary>One of <see cref="AgentError"/> when not <see cref="Ok"/>.</summary>
    public string? Error { get; init; }
    public string? Message { get; init; }

    /// <summary>Whether <c>start</c> started a QEMU for the guest; false when it was in memory already.</summary>
    public bool Started { get; init; }

    /// <summary>
    /// How <c>start</c> found the box: <see cref="Tier.Hot"/> (its guest was in memory), <see cref="Tier.Resumable"/> (from the state
    /// saved on its volume) or <see cref="Tier.Warm"/> (booted from its disk).
    /// </summary>
    public Tier? Tier { get; init; }

    /// <summary>Whether the guest stands paused after <c>pause</c>; false when none runs on the instance.</summary>
    public bool Paused { get; init; }

    /// <summary>Whether <c>save</c> left a state on the volume that one <c>start</c> can resume.</summary>
    public bool Saved { get; init; }
    public string? Address { get; init; }
    public int Port { get; init; }
    public string? HostKey { get; init; }
    public IReadOnlyList<AgentStep> Steps { get; init; } = [];
}
