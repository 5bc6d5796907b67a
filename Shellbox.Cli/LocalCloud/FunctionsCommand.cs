namespace Shellbox.Cli.LocalCloud;

/// <summary>The Functions app on the embedded host.</summary>
internal static class FunctionsCommand
{
    // The instances' sshd, on each instance's own loopback address.
    private const string InstanceSshPort = "2200";

    public static ChildCommand Create(CloudPaths paths, SimulatorReady azure, string storageConnectionString, int port, string functionKey, string adminKey) => new(
        "the Functions app",
        "functions.log",
        ["dotnet", paths.FunctionsAssembly, "--urls", $"http://127.0.0.1:{port}"],
        new Dictionary<string, string>
        {
            ["AzureWebJobsStorage"] = storageConnectionString,
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
            ["EmbeddedHost__DatabasePath"] = paths.DurableDatabase,
            ["EmbeddedHost__Keys__default"] = functionKey,
            ["EmbeddedHost__Keys__master"] = adminKey,
        },
        TimeSpan.FromSeconds(15));
}
