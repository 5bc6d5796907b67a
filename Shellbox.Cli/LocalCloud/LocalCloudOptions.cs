using Shellbox.LocalCloud;

namespace Shellbox.Cli.LocalCloud;

/// <summary>What the local cloud is like.</summary>
internal sealed record LocalCloudOptions
{
    public const int DefaultPort = 7071;
    public const int DefaultInstances = 3;
    public const int DefaultSeed = 1;
    public const string BoxName = "dev33";

    /// <summary>The disk that new volumes are copies of.</summary>
    public const string GoldenDisk = "golden";

    /// <summary>Absolute path; everything that the cloud writes lies in it.</summary>
    public required string StateDirectory { get; init; }

    /// <summary>The app's port on 127.0.0.1; 0 takes a free one.</summary>
    public required int Port { get; init; }

    /// <summary>How many instances the pool has.</summary>
    public required int Instances { get; init; }

    /// <summary>Divides the simulated latencies of Azure; 1 is real time.</summary>
    public required double TimeScale { get; init; }

    /// <summary>Seed of the simulated latencies.</summary>
    public required int Seed { get; init; }

    /// <summary>What its boxes run.</summary>
    public required GuestKind Guest { get; init; }

    /// <summary>Where the app's orchestrations are kept.</summary>
    public required DurableStorage Durable { get; init; }

    /// <summary>Whether the pool makes instances, blank volumes and a blank box that stands ready, so that boxes can be created.</summary>
    public bool PoolGrows { get; init; }
}
