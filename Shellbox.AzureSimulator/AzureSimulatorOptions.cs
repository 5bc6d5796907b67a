using Microsoft.Extensions.Logging;
using Shellbox.AzureSimulator.Compute;
using Shellbox.AzureSimulator.Fleets;
using Shellbox.AzureSimulator.Instances;

namespace Shellbox.AzureSimulator;

/// <summary>What a simulator is started with.</summary>
public sealed record AzureSimulatorOptions
{
    /// <summary>The HTTPS port of Resource Manager on 127.0.0.1; 0 takes a free one.</summary>
    public int Port { get; init; }

    /// <summary>The HTTP port of the managed-identity endpoint on 127.0.0.1; 0 takes a free one.</summary>
    public int IdentityPort { get; init; }

    /// <summary>Simulated seconds in a real second. 1 is real time; 100 makes an operation of 45 s take 0.45 s.</summary>
    public double TimeScale { get; init; } = 1;

    /// <summary>The same seed draws the same durations and identifiers.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>What stands behind each VM.</summary>
    public InstanceKind Instances { get; init; }

    /// <summary>The TCP port on which each instance's sshd listens, on an address of its own.</summary>
    public int InstancePort { get; init; } = 2200;

    /// <summary>A directory tree that every instance's root gets: small files as copies, large ones as symbolic links.</summary>
    public string? InstanceImage { get; init; }

    /// <summary>
    /// Where instances and disk contents live. Needed for <see cref="InstanceKind.Sshd"/>; owned by one simulator at a time.
    /// </summary>
    public string? StateDirectory { get; init; }

    /// <summary>What exists at the start.</summary>
    public FleetDescription? Fleet { get; init; }

    /// <summary>The one subscription, a GUID.</summary>
    public string SubscriptionId { get; init; } = "5be11b0c-0000-4000-8000-000000000001";

    /// <summary>The resource group that exists at the start.</summary>
    public string ResourceGroup { get; init; } = "shellbox";

    /// <summary>The region; the fleet's wins.</summary>
    public string Location { get; init; } = "westeurope";

    /// <summary>The token audience that Resource Manager asks for.</summary>
    public string Audience { get; init; } = "https://management.azure.com";

    /// <summary>How long an access token is good for (real time); 24 h is what managed identities get.</summary>
    public TimeSpan TokenLifetime { get; init; } = TimeSpan.FromHours(24);

    /// <summary>Whether requests are throttled by Azure's token buckets, scaled with time.</summary>
    public bool Throttling { get; init; } = true;

    /// <summary>Members in a page of a list.</summary>
    public int PageSize { get; init; } = 50;

    /// <summary>The clock under all timestamps and delays.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Where the simulator logs; nowhere when null.</summary>
    public ILoggerFactory? LoggerFactory { get; init; }

    /// <summary>What an instance of a VM size may use.</summary>
    internal Func<string, InstanceCaps> CapsOf { get; init; } =
        size =>
        {
            var has = VirtualMachineSize.Of(size);
            return InstanceCaps.Of(has.Cores, has.MemoryBytes);
        };
}
