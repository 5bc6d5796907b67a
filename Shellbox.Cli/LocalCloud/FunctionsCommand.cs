namespace Shellbox.Cli.LocalCloud;

/// <summary>The Functions app on the local host.</summary>
internal static class FunctionsCommand
{
    // The instances' sshd, on each instance's own loopback address.
    private const string InstanceSshPort = "2200";

    /// <param name="paths">Where everything lies.</param>
    /// <param name="azure">The simulated Azure.</param>
    /// <param name="storageConnectionString">Azurite's.</param>
    /// <param name="port">Where the app listens.</param>
    /// <param name="functionKey">The key for users.</param>
    /// <param name="adminKey">The key for operators.</param>
    /// <param name="durable">Where its orchestrations are kept.</param>
    /// <param name="pool">The settings of the pool; null: it stays as it is.</param>
    public static ChildCommand Create(
        CloudPaths paths,
        SimulatorReady azure,
        string storageConnectionString,
        int port,
        string functionKey,
        string adminKey,
        DurableStorage durable,
        IReadOnlyDictionary<string, string>? pool = null
    ) =>
        new(
            "the Functions app",
            "functions.log",
            [
                "dotnet",
                paths.FunctionsHostAssembly,
                "--app",
                paths.FunctionsApp,
                "--settings",
                paths.FunctionsSettings,
                "--state",
                paths.FunctionsHost,
                "--port",
                Text(port),
            ],
            new Dictionary<string, string>(pool ?? new Dictionary<string, string>())
            {
                ["AzureWebJobsStorage"] = storageConnectionString,
                [DurableStorageWords.Setting] = DurableStorageWords.TypeOf(durable),
                ["IDENTITY_ENDPOINT"] = azure.IdentityEndpoint,
                ["IDENTITY_HEADER"] = azure.IdentityHeader,
                ["Shellbox__Azure__ArmEndpoint"] = azure.ArmEndpoint,
                ["Shellbox__Azure__Audience"] = azure.Audience,
                ["Shellbox__Azure__CertificateThumbprint"] = azure.CertificateThumbprint,
                ["Shellbox__Azure__SubscriptionId"] = azure.SubscriptionId,
                ["Shellbox__Azure__ResourceGroup"] = azure.ResourceGroup,
                ["Shellbox__Instance__PrivateKeyFile"] = paths.InstanceKey,
                ["Shellbox__Instance__UserName"] = "root",
                ["Shellbox__Instance__SshPort"] = InstanceSshPort,
                ["Shellbox__Instance__Command"] = "shellbox-instance",
                ["LocalHost__Keys__default"] = functionKey,
                ["LocalHost__Keys__master"] = adminKey,
            },
            TimeSpan.FromSeconds(40)
        );

    /// <summary>
    /// The settings of a pool that grows: new instances are as those of the fleet, new volumes copies of its golden disk.
    /// </summary>
    public static IReadOnlyDictionary<string, string> PoolOf(SimulatorReady azure, string instancePublicKey, int instances)
    {
        var group = $"/subscriptions/{azure.SubscriptionId}/resourceGroups/{azure.ResourceGroup}/providers";
        return new Dictionary<string, string>
        {
            ["Shellbox__Pool__Instance__Location"] = FleetFile.Place,
            ["Shellbox__Pool__Instance__Size"] = FleetFile.Size,
            ["Shellbox__Pool__Instance__Image"] = "Debian:debian-12:12-gen2:latest",
            ["Shellbox__Pool__Instance__SubnetId"] = $"{group}/Microsoft.Network/virtualNetworks/shellbox/subnets/instances",
            ["Shellbox__Pool__Instance__PublicKey"] = instancePublicKey,
            ["Shellbox__Pool__Volume__Location"] = FleetFile.Place,
            ["Shellbox__Pool__Volume__GoldenSnapshotId"] = $"{group}/Microsoft.Compute/disks/{LocalCloudOptions.GoldenDisk}",
            ["Shellbox__Pool__FreeInstances__Minimum"] = "1",
            ["Shellbox__Pool__FreeInstances__Maximum"] = Text(Math.Max(instances, 2)),
            ["Shellbox__Pool__FreeInstances__Total"] = Text(instances + 5),

            ["Shellbox__Pool__BlankVolumes__Minimum"] = "3",

            // A guest takes memory and, while it boots or resumes, a processor.
            ["Shellbox__Pool__BlankBoxes"] = "1",
        };
    }

    private static string Text(int number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
