using Microsoft.Extensions.Logging;

namespace Shellbox.AzureSimulator.Instances;

/// <summary>What the instances of one host share.</summary>
internal sealed record SshdInstanceServices
{
    /// <summary>The port that each sshd listens on, on an address of its own.</summary>
    public required int Port { get; init; }

    public required InstanceImage? Image { get; init; }

    public required InstanceSweeper Sweeper { get; init; }

    public required InstanceCgroups Cgroups { get; init; }

    public required TimeProvider Time { get; init; }

    public required ILogger Logger { get; init; }
}
