using System.Net.Sockets;
using System.Text;
using Shellbox.AzureSimulator;
using Shellbox.AzureSimulator.Faults;
using Shellbox.AzureSimulator.Fleets;
using Shellbox.Tests.Fixtures;
using Xunit;

namespace Shellbox.Tests.AzureSimulator;

/// <summary>Instances that run a real sshd.</summary>
public sealed class InstanceTests
{
    [Fact]
    public async Task Each_VM_has_an_address_an_sshd_and_a_host_key_of_its_own_and_sees_its_disks()
    {
        using var directory = new TemporaryFolder();
        await using var azure = await StartAsync(directory, "vm-0001", "vm-0002");
        var one = await azure.AddressAsync("vm-0001");
        var two = await azure.AddressAsync("vm-0002");

        await azure.EndAsync(await azure.PatchDisksAsync("vm-0001", (1, "vol")));
        var keys = await Task.WhenAll(HostKeyAsync(azure, "vm-0001"), HostKeyAsync(azure, "vm-0002"));

        Assert.NotEqual(one, two);
        Assert.StartsWith("SSH-2.0-", await BannerAsync(azure, one), StringComparison.Ordinal);
        Assert.StartsWith("SSH-2.0-", await BannerAsync(azure, two), StringComparison.Ordinal);
        Assert.NotEqual(keys[0], keys[1]);
        Assert.Equal("vol", Assert.Single(azure.Simulator.VisibleDisks("vm-0001")).Value);
        Assert.Equal(
            1L << 30,
            new FileInfo(Path.Combine(azure.Simulator.InstanceRoot("vm-0001")!, "dev/disk/azure/scsi1/lun1")).ResolveLinkTarget(true)
                is FileInfo disk
                ? disk.Length
                : 0
        );
        await azure.EndAsync(await azure.PatchDisksAsync("vm-0001"));
        Assert.Empty(azure.Simulator.VisibleDisks("vm-0001"));
    }

    [Fact]
    public async Task An_sshd_that_refuses_and_a_VM_that_dies_are_unreachable_until_they_are_put_right()
    {
        using var directory = new TemporaryFolder();
        await using var azure = await StartAsync(directory, "vm-0001");
        var address = await azure.AddressAsync("vm-0001");
        azure.Simulator.Faults.Add(new Fault { Effect = FaultEffect.RefuseSsh, Operation = "VirtualMachines_Get" });

        await azure.GetAsync(azure.VirtualMachine("vm-0001"), "2024-07-01");
        Assert.Null(await BannerAsync(azure, address));
        await azure.Simulator.RefuseSshAsync("vm-0001", refuse: false, TestAzure.Cancel);
        Assert.NotNull(await BannerAsync(azure, address));

        await azure.Simulator.CrashAsync("vm-0001");
        Assert.Null(await BannerAsync(azure, address));
        await azure.EndAsync(await azure.SendAsync("POST", $"{azure.VirtualMachine("vm-0001")}/restart?api-version=2024-07-01"));
        Assert.NotNull(await BannerAsync(azure, address));
        Assert.Equal(0, await azure.Simulator.KillQemuAsync("vm-0001"));
    }

    [Fact]
    public async Task A_script_runs_on_the_instance_with_its_parameters_and_two_of_one_name_do_not_share_a_root()
    {
        using var directory = new TemporaryFolder();
        await using var azure = await StartAsync(directory, "vm-0001");
        var group = $"{azure.Subscription}/resourceGroups/other";
        await azure.SendAsync("PUT", $"{group}?api-version={TestAzure.ResourcesVersion}", """{"location":"westeurope"}""");
        var twin = $"{group}/providers/Microsoft.Compute/virtualMachines/vm-0001";
        await azure.EndAsync(
            await azure.SendAsync(
                "PUT",
                $"{twin}?api-version=2024-07-01",
                """
                {"location":"westeurope","properties":{"hardwareProfile":{"vmSize":"Standard_D2s_v5"},
                 "storageProfile":{"osDisk":{"createOption":"FromImage"}},
                 "osProfile":{"adminUsername":"root"},
                 "networkProfile":{"networkApiVersion":"2022-11-01","networkInterfaceConfigurations":[{"name":"nic",
                  "properties":{"primary":true}}]}}}
                """
            )
        );
        const string Script = """
            {"commandId":"RunShellScript","script":["touch $INSTANCE_ROOT/was-here","echo \"$INSTANCE_ROOT $WORD $1\""],
             "parameters":[{"name":"WORD","value":"a b"}]}
            """;

        var here = await RunAsync(azure.VirtualMachine("vm-0001"));
        var there = await RunAsync(twin);

        Assert.Contains($"{azure.Simulator.InstanceRoot("vm-0001")} a b a b", here, StringComparison.Ordinal);
        Assert.NotEqual(here, there);
        Assert.True(File.Exists(Path.Combine(azure.Simulator.InstanceRoot("vm-0001")!, "was-here")));
        await azure.EndAsync(await azure.SendAsync("DELETE", $"{twin}?api-version=2024-07-01"));
        Assert.True(File.Exists(Path.Combine(azure.Simulator.InstanceRoot("vm-0001")!, "was-here")));
        Assert.NotNull(await BannerAsync(azure, await azure.AddressAsync("vm-0001")));

        async Task<string> RunAsync(string vm)
        {
            var begun = await azure.SendAsync("POST", $"{vm}/runCommand?api-version=2024-07-01", Script);
            await azure.EndAsync(begun);
            return (string)(await azure.SendAsync("GET", begun.PathOf("Location"))).Body!["value"]![0]!["message"]!;
        }
    }

    [Fact]
    public async Task A_state_directory_has_one_owner_and_is_empty_of_instances_after_it()
    {
        using var directory = new TemporaryFolder();
        await using (var azure = await StartAsync(directory, "vm-0001"))
        {
            var refused = await Assert.ThrowsAsync<SimulatorStartException>(() => StartAsync(directory, "vm-0001"));

            Assert.Contains("in use by another simulator", refused.Message, StringComparison.Ordinal);
            Assert.NotNull(await BannerAsync(azure, await azure.AddressAsync("vm-0001")));
        }

        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(directory.Path, "instances")));
    }

    private static Task<TestAzure> StartAsync(TemporaryFolder directory, params string[] machines) =>
        TestAzure.StartAsync(
            new FleetDescription
            {
                VirtualMachines = [.. machines.Select(m => new FleetVirtualMachine { Name = m })],
                Disks = [new FleetDisk { Name = "vol" }],
            },
            new AzureSimulatorOptions
            {
                TimeScale = 1000,
                Throttling = false,
                Instances = InstanceKind.Sshd,
                StateDirectory = directory.Path,
            }
        );

    private static Task<string> HostKeyAsync(TestAzure azure, string machine) =>
        File.ReadAllTextAsync(Path.Combine(azure.Simulator.InstanceRoot(machine)!, "etc/ssh/ssh_host_ed25519_key.pub"), TestAzure.Cancel);

    private static async Task<string?> BannerAsync(TestAzure azure, string address)
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(address, azure.Simulator.Options.InstancePort, TestAzure.Cancel);
            using var reader = new StreamReader(client.GetStream(), Encoding.ASCII);
            return await reader.ReadLineAsync(TestAzure.Cancel);
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            return null;
        }
    }
}
