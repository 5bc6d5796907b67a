using System.Globalization;

namespace Shellbox.LocalCloud;

/// <summary>
/// The settings of an app that runs on one machine: with the Azure simulator, Azurite, and instances on loopback addresses.
/// </summary>
public sealed record LocalAppSettings
{
    /// <summary>A schedule that does not come during a test or a benchmark: once a year.</summary>
    private const string Never = "0 0 0 1 1 *";

    /// <summary>The simulated Azure.</summary>
    public required SimulatorConnection Azure { get; init; }

    /// <summary>The connection string of the storage account.</summary>
    public required string Storage { get; init; }

    /// <summary>The private key that opens the instances.</summary>
    public required string InstanceKeyFile { get; init; }

    /// <summary>The port of the instances' sshd, on each instance's own loopback address.</summary>
    public int InstanceSshPort { get; init; } = 2200;

    /// <summary>What is run there.</summary>
    public string InstanceCommand { get; init; } = "shellbox-instance";

    /// <summary>Where orchestrations are kept.</summary>
    public DurableStorage Durable { get; init; }

    /// <summary>The key for users.</summary>
    public required string FunctionKey { get; init; }

    /// <summary>The key for operators.</summary>
    public required string AdminKey { get; init; }

    /// <summary>
    /// Whether pool, reconciler and maintenance start by their timers; otherwise they run when a request asks for it, and only then.
    /// </summary>
    public bool Timers { get; init; } = true;

    /// <summary>How often ARM is asked for the state of an operation; null: as in Azure.</summary>
    public TimeSpan? OperationPollInterval { get; init; }

    /// <summary>What new instances are like; null: the pool creates none.</summary>
    public InstanceTemplate? Instances { get; init; }

    /// <summary>What new volumes are like; null: the pool creates none.</summary>
    public VolumeTemplate? Volumes { get; init; }

    /// <summary>Further settings, which win over the others; <c>:</c> and <c>__</c> mean the same in their names.</summary>
    public IReadOnlyDictionary<string, string> Overrides { get; init; } = new Dictionary<string, string>();

    /// <summary>The settings, named as configuration has them (<c>Shellbox:Azure:Audience</c>).</summary>
    public Dictionary<string, string> ToConfiguration()
    {
        var settings = new Dictionary<string, string>
        {
            ["AzureWebJobsStorage"] = Storage,
            [Key(DurableStorageNames.Setting)] = DurableStorageNames.InHostJson(Durable),
            ["IDENTITY_ENDPOINT"] = Azure.IdentityEndpoint,
            ["IDENTITY_HEADER"] = Azure.IdentityHeader,
            ["LocalHost:Keys:default"] = FunctionKey,
            ["LocalHost:Keys:master"] = AdminKey,
            ["Shellbox:Azure:ArmEndpoint"] = Azure.ArmEndpoint,
            ["Shellbox:Azure:Audience"] = Azure.Audience,
            ["Shellbox:Azure:CertificateThumbprint"] = Azure.CertificateThumbprint,
            ["Shellbox:Azure:SubscriptionId"] = Azure.SubscriptionId,
            ["Shellbox:Azure:ResourceGroup"] = Azure.ResourceGroup,
            ["Shellbox:Instance:PrivateKeyFile"] = InstanceKeyFile,
            ["Shellbox:Instance:UserName"] = "root",
            ["Shellbox:Instance:SshPort"] = InstanceSshPort.ToString(CultureInfo.InvariantCulture),
            ["Shellbox:Instance:Command"] = InstanceCommand,
        };
        if (OperationPollInterval is { } interval)
            settings["Shellbox:Azure:OperationPollInterval"] = interval.ToString("c", CultureInfo.InvariantCulture);
        if (!Timers)
        {
            foreach (var timer in (string[])["Pool", "Reconcile", "Maintenance"])
                settings[$"Shellbox:{timer}:Schedule"] = Never;
        }

        AddPool(settings);
        foreach (var (name, value) in Overrides)
            settings[Key(name)] = value;
        return settings;
    }

    /// <summary>The settings, named as environment variables (<c>Shellbox__Azure__Audience</c>).</summary>
    public Dictionary<string, string> ToEnvironment() =>
        ToConfiguration().ToDictionary(s => s.Key.Replace(":", "__", StringComparison.Ordinal), s => s.Value);

    private static string Key(string name) => name.Replace("__", ":", StringComparison.Ordinal);

    private void AddPool(Dictionary<string, string> settings)
    {
        var providers = $"/subscriptions/{Azure.SubscriptionId}/resourceGroups/{Azure.ResourceGroup}/providers";
        if (Instances is not null)
        {
            settings["Shellbox:Pool:Instance:Location"] = Instances.Location;
            settings["Shellbox:Pool:Instance:Size"] = Instances.Size;
            settings["Shellbox:Pool:Instance:Image"] = "Debian:debian-12:12-gen2:latest";
            settings["Shellbox:Pool:Instance:SubnetId"] = $"{providers}/Microsoft.Network/virtualNetworks/shellbox/subnets/instances";
            settings["Shellbox:Pool:Instance:PublicKey"] = Instances.PublicKey;
        }

        if (Volumes is not null)
        {
            settings["Shellbox:Pool:Volume:Location"] = Volumes.Location;
            settings["Shellbox:Pool:Volume:GoldenSnapshotId"] = $"{providers}/Microsoft.Compute/disks/{Volumes.GoldenDisk}";
        }
    }
}
