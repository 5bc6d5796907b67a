using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Shellbox.Activities;
using Xunit;

namespace Shellbox.Tests.Configuration;

public sealed class ShellboxOptionsTests
{
    [Fact]
    public void All_faults_of_the_settings_are_named_at_once()
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(
                new Dictionary<string, string?>
                {
                    ["Shellbox:Azure:SubscriptionId"] = "mine",
                    ["Shellbox:Azure:ArmEndpoint"] = "http://127.0.0.1",
                    ["Shellbox:Azure:CertificateThumbprint"] = "beef",
                    ["Shellbox:Instance:SshPort"] = "0",
                    ["Shellbox:Instance:PrivateKeyFile"] = "/does/not/exist",
                    ["Shellbox:Connect:Deadline"] = "00:00:00",
                    ["Shellbox:Reconcile:PageSize"] = "1001",
                    ["Shellbox:Pool:FreeInstances:Minimum"] = "11",
                    ["Shellbox:Pool:BlankVolumes:Total"] = "49",
                    ["Shellbox:Pool:Backoff"] = "00:00:00",
                    ["Shellbox:Pool:Instance:Size"] = "Standard_D4s_v5",
                    ["Shellbox:Pool:Instance:Image"] = "debian-12",
                    ["Shellbox:Pool:Instance:SubnetId"] = "/subnets/instances",
                    ["Shellbox:Pool:Instance:PublicKey"] = "none",
                    ["Shellbox:Pool:Instance:CustomData"] = "#cloud-config",
                    ["Shellbox:Pool:Volume:Location"] = "westeurope",
                }
            )
            .Build();
        using var services = new ServiceCollection().AddLogging().AddShellbox(configuration).BuildServiceProvider();

        var refused = Assert.Throws<OptionsValidationException>(() => services.GetRequiredService<IOptions<ShellboxOptions>>().Value);

        string[] named =
        [
            "SubscriptionId",
            "ResourceGroup",
            "ArmEndpoint",
            "CertificateThumbprint",
            "SshPort",
            "PrivateKeyFile",
            "Deadline",
            "PageSize",
            "Pool:FreeInstances",
            "Pool:BlankVolumes",
            "Pool:Backoff",
            "Instance:Location",
            "Instance:Image",
            "Instance:PublicKey",
            "Instance:CustomData",
            "GoldenSnapshotId",
        ];
        Assert.All(named, name => Assert.Contains(refused.Failures, f => f.Contains(name, StringComparison.Ordinal)));
        Assert.Equal(named.Length, refused.Failures.Count());
    }
}
