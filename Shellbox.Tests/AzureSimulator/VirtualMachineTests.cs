using System.Text.Json.Nodes;
using Azure;
using Azure.Core;
using Azure.ResourceManager.Compute;
using Azure.ResourceManager.Compute.Models;
using Shellbox.Tests.Fixtures;
using Xunit;

namespace Shellbox.Tests.AzureSimulator;

/// <summary>Virtual machines through the SDK's client.</summary>
public sealed class VirtualMachineTests
{
    private const string PublicKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJzjTDoz8YsmJyqBXw+pQTYRAgl0eVEa7zY/n1ZRlCrP somebody";

    [Fact]
    public async Task A_VM_is_created_with_an_interface_and_disks_of_its_own_and_deleted_with_what_it_may_take_along()
    {
        await using var azure = await TestAzure.StartAsync();
        var machines = azure.ResourceGroup.GetVirtualMachines();

        var vm = await TestAzure.EndAsync(
            machines.CreateOrUpdateAsync(WaitUntil.Started, "vm-0001", Wanted(), cancellationToken: TestAzure.Cancel)
        );
        var made = (await vm.GetAsync(cancellationToken: TestAzure.Cancel)).Value.Data;

        Assert.Equal("Succeeded", made.ProvisioningState);
        Assert.Equal("instance", made.Tags["shellbox:role"]);
        Assert.Equal("Standard_D2s_v5", made.HardwareProfile.VmSize.ToString());
        Assert.Equal([0, 3], made.StorageProfile.DataDisks.Select(d => d.Lun).Order());
        Assert.Equal(PublicKey, Assert.Single(made.OSProfile.LinuxConfiguration.SshPublicKeys).KeyData);
        var nic = Assert.Single(made.NetworkProfile.NetworkInterfaces).Id;
        var address = (await azure.GetAsync(nic!, "2023-09-01"))["properties"]!["ipConfigurations"]![0]!["properties"]!["privateIPAddress"];
        Assert.NotNull(address);
        Assert.Equal("Attached", (await azure.DiskResource("scratch").GetAsync(TestAzure.Cancel)).Value.Data.DiskState.ToString());

        await TestAzure.EndAsync(vm.DeleteAsync(WaitUntil.Started, cancellationToken: TestAzure.Cancel));

        Assert.False(await machines.ExistsAsync("vm-0001", cancellationToken: TestAzure.Cancel));
        Assert.Equal(404, (await azure.SendAsync("GET", $"{nic}?api-version=2023-09-01")).Status);
        var left = await TestAzure.ListAsync(azure.ResourceGroup.GetManagedDisks().GetAllAsync(TestAzure.Cancel));
        Assert.Equal(["kept"], left.Select(d => d.Data.Name));
        Assert.Equal("Unattached", left[0].Data.DiskState.ToString());
    }

    [Fact]
    public async Task The_instance_view_tells_power_and_agent_with_expand_and_on_its_own()
    {
        await using var azure = await TestAzure.StartAsync(TestAzure.FleetOf(["vm-0001"]));
        var vm = azure.VirtualMachineResource("vm-0001");

        var plain = (await vm.GetAsync(cancellationToken: TestAzure.Cancel)).Value.Data;
        var expanded = (await vm.GetAsync(InstanceViewType.InstanceView, TestAzure.Cancel)).Value.Data;
        var view = (await vm.InstanceViewAsync(TestAzure.Cancel)).Value;

        Assert.Null(plain.InstanceView);
        Assert.Contains("PowerState/running", expanded.InstanceView.Statuses.Select(s => s.Code));
        Assert.Contains("ProvisioningState/succeeded", view.Statuses.Select(s => s.Code));
        Assert.Equal("Ready", Assert.Single(view.VmAgent.Statuses).DisplayStatus);
        Assert.Single(view.Disks);
    }

    [Fact]
    public async Task Lists_of_a_group_and_of_the_subscription_come_in_pages_without_gaps_or_doubles()
    {
        var names = Enumerable.Range(0, 23).Select(n => $"vm-{n:d4}").ToArray();
        await using var azure = await TestAzure.StartAsync(
            TestAzure.FleetOf(names),
            new()
            {
                TimeScale = 1000,
                Throttling = false,
                PageSize = 5,
            }
        );
        await azure.SendAsync(
            "PUT",
            $"{azure.Subscription}/resourceGroups/other?api-version={TestAzure.ResourcesVersion}",
            """{"location":"westeurope"}"""
        );
        var other = await azure.SendAsync(
            "PUT",
            $"{azure.Subscription}/resourceGroups/other/providers/Microsoft.Compute/disks/elsewhere?api-version={TestAzure.DisksVersion}",
            """{"location":"westeurope","properties":{"creationData":{"createOption":"Empty"},"diskSizeGB":4}}"""
        );
        await azure.EndAsync(other);
        var subscription = azure.Client.GetSubscriptionResource(new ResourceIdentifier(azure.Subscription));

        var inGroup = await TestAzure.ListAsync(azure.ResourceGroup.GetVirtualMachines().GetAllAsync(cancellationToken: TestAzure.Cancel));
        var all = await TestAzure.ListAsync(subscription.GetVirtualMachinesAsync(cancellationToken: TestAzure.Cancel));
        var disksInGroup = await TestAzure.ListAsync(azure.ResourceGroup.GetManagedDisks().GetAllAsync(TestAzure.Cancel));
        var disks = await TestAzure.ListAsync(subscription.GetManagedDisksAsync(TestAzure.Cancel));

        Assert.Equal(names, inGroup.Select(vm => vm.Data.Name).Order());
        Assert.Equal(names, all.Select(vm => vm.Data.Name).Order());
        Assert.Equal(5, azure.Simulator.Requests.Of("VirtualMachines_List").Count);
        Assert.Equal(23, disksInGroup.Count);
        Assert.Equal([.. disksInGroup.Select(d => d.Data.Name).Append("elsewhere").Order()], disks.Select(d => d.Data.Name).Order());
    }

    [Fact]
    public async Task Power_goes_through_its_states_and_the_disks_follow()
    {
        await using var azure = await TestAzure.StartAsync(TestAzure.FleetOf(["vm-0001"], ["vol"]));
        await azure.EndAsync(await azure.PatchDisksAsync("vm-0001", (0, "vol")));
        var vm = azure.VirtualMachineResource("vm-0001");

        Assert.Equal(["PowerState/running", "Attached"], await PowerAndDiskAsync(azure));
        await TestAzure.EndAsync(vm.PowerOffAsync(WaitUntil.Started, cancellationToken: TestAzure.Cancel));
        Assert.Equal(["PowerState/stopped", "Attached"], await PowerAndDiskAsync(azure));
        await TestAzure.EndAsync(vm.DeallocateAsync(WaitUntil.Started, cancellationToken: TestAzure.Cancel));
        Assert.Equal(["PowerState/deallocated", "Reserved"], await PowerAndDiskAsync(azure));
        await TestAzure.EndAsync(vm.PowerOnAsync(WaitUntil.Started, TestAzure.Cancel));
        Assert.Equal(["PowerState/running", "Attached"], await PowerAndDiskAsync(azure));
        await TestAzure.EndAsync(vm.RestartAsync(WaitUntil.Started, TestAzure.Cancel));
        Assert.Equal(["PowerState/running", "Attached"], await PowerAndDiskAsync(azure));
    }

    [Fact]
    public async Task A_VM_on_its_way_to_another_power_state_says_so()
    {
        await using var azure = await TestAzure.StartAsync(TestAzure.FleetOf(["vm-0001"]), new() { TimeScale = 1, Throttling = false });

        var begun = await azure.SendAsync(
            "POST",
            $"{azure.VirtualMachine("vm-0001")}/deallocate?api-version={TestAzure.VirtualMachinesVersion}"
        );

        Assert.Equal(202, begun.Status);
        Assert.Equal("PowerState/deallocating", await PowerAsync(azure));
        Assert.Equal(
            "Updating",
            (string?)
                (await azure.GetAsync(azure.VirtualMachine("vm-0001"), TestAzure.VirtualMachinesVersion))["properties"]![
                    "provisioningState"
                ]
        );
    }

    [Theory]
    [InlineData("restart")]
    [InlineData("powerOff")]
    [InlineData("runCommand")]
    public async Task A_deallocated_VM_cannot_be(string action)
    {
        await using var azure = await TestAzure.StartAsync(TestAzure.FleetOf(["vm-0001"]));
        await TestAzure.EndAsync(
            azure.VirtualMachineResource("vm-0001").DeallocateAsync(WaitUntil.Started, cancellationToken: TestAzure.Cancel)
        );

        var refused = await azure.SendAsync(
            "POST",
            $"{azure.VirtualMachine("vm-0001")}/{action}?api-version={TestAzure.VirtualMachinesVersion}",
            """{"commandId":"RunShellScript","script":["true"]}"""
        );

        Assert.Equal((409, "OperationNotAllowed"), (refused.Status, refused.Code));
        Assert.Equal("PowerState/deallocated", await PowerAsync(azure));
    }

    [Fact]
    public async Task An_update_through_the_SDK_changes_tags_and_leaves_the_rest()
    {
        await using var azure = await TestAzure.StartAsync(TestAzure.FleetOf(["vm-0001"], ["vol"]));
        await azure.EndAsync(await azure.PatchDisksAsync("vm-0001", (2, "vol")));
        var patch = new VirtualMachinePatch();
        patch.Tags["shellbox:status"] = "claimed";

        var vm = await TestAzure.EndAsync(
            azure.VirtualMachineResource("vm-0001").UpdateAsync(WaitUntil.Started, patch, cancellationToken: TestAzure.Cancel)
        );

        Assert.Equal("claimed", vm.Data.Tags["shellbox:status"]);
        Assert.Equal(2, Assert.Single(vm.Data.StorageProfile.DataDisks).Lun);
    }

    [Fact]
    public async Task The_etag_of_a_VM_guards_a_write_and_changes_with_it()
    {
        await using var azure = await TestAzure.StartAsync(TestAzure.FleetOf(["vm-0001"]));
        var before = await azure.SendAsync("GET", $"{azure.VirtualMachine("vm-0001")}?api-version={TestAzure.VirtualMachinesVersion}");
        var etag = (string)before.Body!["etag"]!;

        var first = await azure.PatchAsync("vm-0001", """{"tags":{"n":"1"}}""", ("If-Match", etag));
        await azure.EndAsync(first);
        var second = await azure.PatchAsync("vm-0001", """{"tags":{"n":"2"}}""", ("If-Match", etag));
        var created = await azure.SendAsync(
            "PUT",
            $"{azure.VirtualMachine("vm-0001")}?api-version={TestAzure.VirtualMachinesVersion}",
            """{"location":"westeurope","properties":{}}""",
            ("If-None-Match", "*")
        );

        Assert.Equal(etag, before.Headers["ETag"]);
        Assert.Equal(200, first.Status);
        Assert.NotEqual(etag, (string?)first.Body!["etag"]);
        Assert.Equal((412, "PreconditionFailed"), (second.Status, second.Code));
        Assert.Equal((412, "PreconditionFailed"), (created.Status, created.Code));
        Assert.Equal("1", (string?)(await azure.GetAsync(azure.VirtualMachine("vm-0001"), TestAzure.VirtualMachinesVersion))["tags"]!["n"]);
    }

    [Fact]
    public async Task Two_VMs_of_one_name_in_two_groups_are_two()
    {
        await using var azure = await TestAzure.StartAsync(TestAzure.FleetOf(["vm-0001"]));
        var group = $"{azure.Subscription}/resourceGroups/other";
        await azure.SendAsync("PUT", $"{group}?api-version={TestAzure.ResourcesVersion}", """{"location":"westeurope"}""");

        await azure.EndAsync(
            await azure.SendAsync(
                "PUT",
                $"{group}/providers/Microsoft.Compute/virtualMachines/vm-0001?api-version={TestAzure.VirtualMachinesVersion}",
                """
                {"location":"westeurope","properties":{"hardwareProfile":{"vmSize":"Standard_D4s_v5"},
                 "storageProfile":{"osDisk":{"createOption":"FromImage"}},
                 "networkProfile":{"networkApiVersion":"2022-11-01","networkInterfaceConfigurations":[{"name":"nic",
                  "properties":{"primary":true}}]}}}
                """
            )
        );
        await azure.EndAsync(
            await azure.SendAsync("DELETE", $"{azure.VirtualMachine("vm-0001")}?api-version={TestAzure.VirtualMachinesVersion}")
        );

        Assert.Equal(
            404,
            (await azure.SendAsync("GET", $"{azure.VirtualMachine("vm-0001")}?api-version={TestAzure.VirtualMachinesVersion}")).Status
        );
        Assert.Equal(
            200,
            (
                await azure.SendAsync(
                    "GET",
                    $"{group}/providers/Microsoft.Compute/virtualMachines/vm-0001?api-version={TestAzure.VirtualMachinesVersion}"
                )
            ).Status
        );
    }

    private static VirtualMachineData Wanted() =>
        new(AzureLocation.WestEurope)
        {
            Tags = { ["shellbox:role"] = "instance" },
            HardwareProfile = new VirtualMachineHardwareProfile { VmSize = new VirtualMachineSizeType("Standard_D2s_v5") },
            OSProfile = new VirtualMachineOSProfile
            {
                ComputerName = "vm-0001",
                AdminUsername = "shellbox",
                LinuxConfiguration = new LinuxConfiguration
                {
                    DisablePasswordAuthentication = true,
                    SshPublicKeys =
                    {
                        new SshPublicKeyConfiguration { Path = "/home/shellbox/.ssh/authorized_keys", KeyData = PublicKey },
                    },
                },
            },
            StorageProfile = new VirtualMachineStorageProfile
            {
                ImageReference = new ImageReference
                {
                    Publisher = "Debian",
                    Offer = "debian-12",
                    Sku = "12-gen2",
                    Version = "latest",
                },
                OSDisk = new VirtualMachineOSDisk(DiskCreateOptionType.FromImage) { DeleteOption = DiskDeleteOptionType.Delete },
                DataDisks =
                {
                    new VirtualMachineDataDisk(0, DiskCreateOptionType.Empty)
                    {
                        Name = "scratch",
                        DiskSizeGB = 4,
                        DeleteOption = DiskDeleteOptionType.Delete,
                    },
                    new VirtualMachineDataDisk(3, DiskCreateOptionType.Empty) { Name = "kept", DiskSizeGB = 4 },
                },
            },
            NetworkProfile = new VirtualMachineNetworkProfile
            {
                NetworkApiVersion = "2022-11-01",
                NetworkInterfaceConfigurations =
                {
                    new VirtualMachineNetworkInterfaceConfiguration("vm-0001-nic")
                    {
                        Primary = true,
                        DeleteOption = ComputeDeleteOption.Delete,
                        IPConfigurations = { new VirtualMachineNetworkInterfaceIPConfiguration("ipconfig1") { Primary = true } },
                    },
                },
            },
        };

    private static async Task<string> PowerAsync(TestAzure azure)
    {
        var view = await azure.GetAsync(azure.VirtualMachine("vm-0001") + "/instanceView", TestAzure.VirtualMachinesVersion);
        return ((JsonArray)view["statuses"]!)
            .Select(s => (string)s!["code"]!)
            .Single(c => c.StartsWith("PowerState/", StringComparison.Ordinal));
    }

    private static async Task<string[]> PowerAndDiskAsync(TestAzure azure) =>
        [await PowerAsync(azure), (await azure.DiskResource("vol").GetAsync(TestAzure.Cancel)).Value.Data.DiskState.ToString()!];
}
