using Shellbox.Activities.Operations;

namespace Shellbox.Activities.Instances;

/// <summary>What a verb of the instance script answers.</summary>
public sealed record InstanceAnswer
{
    public bool Ok { get; init; }

    /// <summary>A fixed word when not <see cref="Ok"/>, for example <c>device-timeout</c>.</summary>
    public string? Error { get; init; }
    public string? Message { get; init; }

    /// <summary>Whether <c>start</c> started a QEMU for the guest; false when it was in memory already.</summary>
    public bool Started { get; init; }

    /// <summary>How <c>start</c> found the box: <c>hot</c> (its guest was in memory), <c>resumable</c> (from the state saved on its volume)
    /// or
    /// <c>warm</c> (booted from its disk).</summary>
    public string? Tier { get; init; }

    /// <summary>Whether the guest stands paused after <c>pause</c>; false when none runs on the instance.</summary>
    public bool Paused { get; init; }

    /// <summary>Whether <c>save</c> left a state on the volume that one <c>start</c> can resume.</summary>
    public bool Saved { get; init; }
    public string? Address { get; init; }
    public int Port { get; init; }
    public string? HostKey { get; init; }
    public IReadOnlyList<InstanceStep> Steps { get; init; } = [];

    /// <summary>
    /// Refusals that say that the instance is not fit to run a guest, whichever it is: no program, no guest files, no disk in time, no
    /// memory or port for QEMU.
    /// </summary>
    private static readonly string[] InstanceFaults =
    [
        "missing-program",
        "missing-guest",
        "device-timeout",
        "port-busy",
        "qemu-failed",
        "qemu-stuck",
        "qemu-not-answering",
    ];

    /// <summary>What to throw for an answer that is not <see cref="Ok"/>.</summary>
    internal Exception ToException(string instanceId)
    {
        var said = $"{Message ?? Error ?? "no reason given"} (instance {instanceId})";
        return Error is "stale-epoch" ? new OperationSupersededException($"A newer operation has the box on {instanceId}.")
            : InstanceFaults.Contains(Error) ? new InstanceFaultException(said)
            : new StepFailedException(said);
    }
}
