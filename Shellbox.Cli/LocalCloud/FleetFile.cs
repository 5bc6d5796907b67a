using System.Globalization;
using System.Text.Json;

namespace Shellbox.Cli.LocalCloud;

/// <summary>
/// What exists in the simulated resource group at the start: free instances, the user's detached volume, and the golden one that new ones
/// are copies of.
/// </summary>
internal sealed record FleetFile(string Location, IReadOnlyList<FleetVirtualMachine> VirtualMachines, IReadOnlyList<FleetDisk> Disks)
{
    public const string Region = "westeurope";
    public const string VmSize = "Standard_D2s_v5";

    public static FleetFile Empty { get; } = new(Region, [], []);

    /// <summary>A fleet of free instances, and one user's detached volume.</summary>
    /// <param name="instances">How many instances.</param>
    /// <param name="instancePublicKey">Who may log in there.</param>
    /// <param name="userId">Whose the volume is.</param>
    /// <param name="volumeFile">Absolute path of the raw image that the volume begins with, which tells its size as well.</param>
    public static FleetFile Create(int instances, string instancePublicKey, string userId, string volumeFile) =>
        new(
            Region,
            [
                .. Enumerable
                    .Range(1, instances)
                    .Select(number => new FleetVirtualMachine(
                        string.Create(CultureInfo.InvariantCulture, $"vm-{number:0000}"),
                        new Dictionary<string, string> { ["shellbox:role"] = "instance", ["shellbox:status"] = "free" },
                        "root",
                        [instancePublicKey],
                        VmSize
                    )),
            ],
            [
                new FleetDisk(
                    $"vol-{LocalCloudOptions.BoxName}",
                    SizeOf(volumeFile),
                    new Dictionary<string, string>
                    {
                        ["shellbox:role"] = "volume",
                        ["shellbox:status"] = "detached",
                        ["shellbox:userid"] = userId,
                        ["shellbox:boxname"] = LocalCloudOptions.BoxName,
                        ["shellbox:volumeid"] = $"vol-{LocalCloudOptions.BoxName}",
                    },
                    volumeFile
                ),
                new FleetDisk(LocalCloudOptions.GoldenDisk, SizeOf(volumeFile), new Dictionary<string, string>(), volumeFile),
            ]
        );

    private static int SizeOf(string volumeFile) => (int)Math.Ceiling(new FileInfo(volumeFile).Length / (double)(1 << 30));

    public void Write(string path) => File.WriteAllText(path, JsonSerializer.Serialize(this, LocalCloudJson.Default.FleetFile) + "\n");
}
