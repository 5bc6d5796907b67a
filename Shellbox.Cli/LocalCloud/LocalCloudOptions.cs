namespace Shellbox.Cli.LocalCloud;

/// <summary>What the local cloud is like.</summary>
/// <param name="StateDirectory">Absolute path; everything that the cloud writes lies in it.</param>
/// <param name="Port">The app's port on 127.0.0.1; 0 takes a free one.</param>
/// <param name="Instances">How many instances the pool has.</param>
/// <param name="TimeScale">Divides the simulated latencies of Azure; 1 is real time.</param>
/// <param name="Seed">Seed of the simulated latencies.</param>
/// <param name="Guest">What its boxes run.</param>
/// <param name="Durable">Where the app's orchestrations are kept.</param>
/// <param name="PoolGrows">Whether the pool makes instances, blank volumes and a blank box that stands ready, so that boxes can be
/// created.</param>
internal sealed record LocalCloudOptions(
    string StateDirectory,
    int Port,
    int Instances,
    double TimeScale,
    int Seed,
    GuestKind Guest,
    DurableStorage Durable,
    bool PoolGrows = false
)
{
    public const int DefaultPort = 7071;
    public const int DefaultInstances = 3;
    public const int DefaultSeed = 1;
    public const string BoxName = "dev33";

    /// <summary>The disk that new volumes are copies of.</summary>
    public const string GoldenDisk = "golden";
}
