using System.Text.Json.Nodes;
using Azure;
using Azure.ResourceManager.Compute.Models;
using Shellbox.AzureSimulator.Fleets;
using Shellbox.Tests.Fixtures;
using Xunit;

namespace Shellbox.Tests.AzureSimulator;

/// <summary>What Azure allows with data disks, and how it refuses the rest.</summary>
public sealed class DataDiskTests
{
    [Fact]
    public async Task The_SDK_attaches_and_detaches_and_both_sides_agree()
    {
        await using var azure = await TestAzure.StartAsync(TestAzure.FleetOf(["vm-0001"], ["vol"]));
        var vm = azure.VirtualMachineResource("vm-0001");
        var patch = new VirtualMachinePatch
        {
            StorageProfile = new VirtualMachineStorageProfile
            {
                DataDisks =
                {
                    new VirtualMachineDataDisk(1, DiskCreateOptionType.Attach)
                    {
                        ManagedDisk = new VirtualMachineManagedDisk { Id = azure.DiskResource("vol").Id },
                        Caching = CachingType.ReadOnly,
                    },
                },
            },
        };

        var attached = await TestAzure.EndAsync(vm.UpdateAsync(WaitUntil.Started, patch, cancellationToken: TestAzure.Cancel));
        var disk = (await azure.DiskResource("vol").GetAsync(TestAzure.Cancel)).Value.Data;

        var entry = Assert.Single(attached.Data.StorageProfile.DataDisks);
        Assert.Equal((1, CachingType.ReadOnly, "vol"), (entry.Lun, entry.Caching, entry.Name));
        Assert.Equal(("Attached", vm.Id.ToString()), (disk.DiskState.ToString(), disk.ManagedBy?.ToString()));

        await azure.EndAsync(await azure.PatchDisksAsync("vm-0001"));

        disk = (await azure.DiskResource("vol").GetAsync(TestAzure.Cancel)).Value.Data;
        Assert.Equal(("Unattached", null), (disk.DiskState.ToString(), disk.ManagedBy));
        Assert.Empty((await vm.GetAsync(cancellationToken: TestAzure.Cancel)).Value.Data.StorageProfile.DataDisks);
    }

    [Fact]
    public async Task A_disk_is_on_one_VM_at_most()
    {
        await using var azure = await TestAzure.StartAsync(TestAzure.FleetOf(["vm-0001", "vm-0002"], ["vol"]));
        await azure.EndAsync(await azure.PatchDisksAsync("vm-0001", (0, "vol")));

        var refused = await azure.PatchDisksAsync("vm-0002", (0, "vol"));

        Assert.Equal((409, "ConflictingUserInput"), (refused.Status, refused.Code));
        Assert.Contains("vm-0001", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task While_an_attach_runs_the_disk_is_taken_but_does_not_say_so()
    {
        await using var azure = await TestAzure.StartAsync(
            TestAzure.FleetOf(["vm-0001", "vm-0002"], ["vol"]),
            new() { TimeScale = 1, Throttling = false }
        );

        var begun = await azure.PatchDisksAsync("vm-0001", (0, "vol"));
        var refused = await azure.PatchDisksAsync("vm-0002", (0, "vol"));
        var disk = await azure.GetAsync(azure.Disk("vol"), TestAzure.DisksVersion);

        Assert.Equal(200, begun.Status);
        Assert.Equal("Updating", (string?)begun.Body!["properties"]!["provisioningState"]);
        Assert.Equal((409, "ConflictingUserInput"), (refused.Status, refused.Code));
        Assert.Equal("Unattached", (string?)disk["properties"]!["diskState"]);
        Assert.Null(disk["managedBy"]);
    }

    [Fact]
    public async Task A_disk_on_its_way_out_is_refused_by_a_code_of_its_own_and_every_other_change_of_the_busy_VM_by_Conflict()
    {
        // In real time: the detach takes seconds, the requests tenths of one.
        await using var azure = await TestAzure.StartAsync(Attached(), new() { TimeScale = 1, Throttling = false });
        var detach = await azure.PatchDisksAsync("vm-0001");

        var same = await azure.PatchDisksAsync("vm-0001", (0, "vol"));
        var other = await azure.PatchDisksAsync("vm-0002", (0, "vol"));
        var tags = await azure.PatchAsync("vm-0001", """{"tags":{"a":"b"}}""");
        var delete = await azure.SendAsync("DELETE", $"{azure.VirtualMachine("vm-0001")}?api-version={TestAzure.VirtualMachinesVersion}");

        Assert.Equal(200, detach.Status);
        Assert.Equal((409, "AttachDiskWhileBeingDetached"), (same.Status, same.Code));
        Assert.Equal((409, "AttachDiskWhileBeingDetached"), (other.Status, other.Code));
        Assert.Contains("vol", other.Message, StringComparison.Ordinal);
        Assert.Equal((409, "Conflict"), (tags.Status, tags.Code));
        Assert.Equal((409, "Conflict"), (delete.Status, delete.Code));
    }

    [Fact]
    public async Task A_LUN_is_used_once_and_kept_while_the_disk_stays()
    {
        await using var azure = await TestAzure.StartAsync(TestAzure.FleetOf(["vm-0001"], ["vol", "vol2"]));
        await azure.EndAsync(await azure.PatchDisksAsync("vm-0001", (0, "vol")));

        var twice = await azure.PatchDisksAsync("vm-0001", (0, "vol"), (0, "vol2"));
        var moved = await azure.PatchDisksAsync("vm-0001", (1, "vol"));
        var beyond = await azure.PatchDisksAsync("vm-0001", (0, "vol"), (64, "vol2"));
        var missing = await azure.PatchAsync("vm-0001", """{"properties":{"storageProfile":{"dataDisks":[{"createOption":"Attach"}]}}}""");

        Assert.Equal((400, "InvalidParameter"), (twice.Status, twice.Code));
        Assert.Equal((409, "PropertyChangeNotAllowed"), (moved.Status, moved.Code));
        Assert.Equal((400, "InvalidParameter"), (beyond.Status, beyond.Code));
        Assert.Equal((400, "InvalidParameter"), (missing.Status, missing.Code));
        Assert.Equal("dataDisk.lun", (string?)missing.Body!["error"]!["target"]);
        Assert.Equal(
            "Succeeded",
            (string?)(await azure.EndAsync(await azure.PatchDisksAsync("vm-0001", (0, "vol"), (1, "vol2"))))["status"]
        );
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task One_disk_can_take_the_LUN_of_another_in_one_request(int seed)
    {
        // With one of these seeds the new disk would come into sight before the old one is gone, if it did not wait for it.
        await using var azure = await TestAzure.StartAsync(
            TestAzure.FleetOf(["vm-0001"], ["vol", "vol2"]),
            new()
            {
                TimeScale = 1000,
                Throttling = false,
                Seed = seed,
            }
        );
        await azure.EndAsync(await azure.PatchDisksAsync("vm-0001", (0, "vol")));

        await azure.EndAsync(await azure.PatchDisksAsync("vm-0001", (0, "vol2")));

        Assert.Equal("Unattached", (string?)(await azure.GetAsync(azure.Disk("vol"), TestAzure.DisksVersion))["properties"]!["diskState"]);
        Assert.Equal("Attached", (string?)(await azure.GetAsync(azure.Disk("vol2"), TestAzure.DisksVersion))["properties"]!["diskState"]);
        Assert.Equal(new Dictionary<int, string> { [0] = "vol2" }, azure.Simulator.VisibleDisks("vm-0001"));
    }

    [Fact]
    public async Task The_size_of_a_VM_limits_its_data_disks()
    {
        var disks = Enumerable.Range(0, 5).Select(n => $"vol{n}").ToArray();
        await using var azure = await TestAzure.StartAsync(TestAzure.FleetOf(["vm-0001"], disks));

        var refused = await azure.PatchDisksAsync("vm-0001", [.. disks.Select((d, n) => (n, d))]);
        var taken = await azure.PatchDisksAsync("vm-0001", [.. disks.Take(4).Select((d, n) => (n, d))]);

        Assert.Equal((409, "OperationNotAllowed"), (refused.Status, refused.Code));
        Assert.Contains("is 4", refused.Message, StringComparison.Ordinal);
        Assert.Equal("Succeeded", (string?)(await azure.EndAsync(taken))["status"]);
    }

    [Fact]
    public async Task A_disk_that_does_not_exist_or_is_none_is_refused()
    {
        await using var azure = await TestAzure.StartAsync(TestAzure.FleetOf(["vm-0001"]));

        var missing = await azure.PatchDisksAsync("vm-0001", (0, "gone"));
        var vmAsDisk = await azure.PatchAsync(
            "vm-0001",
            azure.DataDisks((0, "x")).Replace("disks/x", "virtualMachines/vm-0001", StringComparison.Ordinal)
        );

        Assert.Equal((404, "NotFound"), (missing.Status, missing.Code));
        Assert.Equal((400, "InvalidParameter"), (vmAsDisk.Status, vmAsDisk.Code));
    }

    [Fact]
    public async Task A_disk_that_is_attached_is_not_deleted()
    {
        await using var azure = await TestAzure.StartAsync(TestAzure.FleetOf(["vm-0001"], ["vol"]));
        await azure.EndAsync(await azure.PatchDisksAsync("vm-0001", (0, "vol")));

        var refused = await Assert.ThrowsAsync<RequestFailedException>(() =>
            azure.DiskResource("vol").DeleteAsync(WaitUntil.Started, TestAzure.Cancel)
        );

        Assert.Equal((409, "OperationNotAllowed"), (refused.Status, refused.ErrorCode));
        Assert.Contains("vm-0001", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_disk_can_be_deleted_while_it_is_being_attached_and_then_the_attach_fails()
    {
        var time = new VirtualTime();
        await using var azure = await TestAzure.StartAsync(
            TestAzure.FleetOf(["vm-0001"], ["vol"]),
            new()
            {
                TimeScale = 1,
                Throttling = false,
                TimeProvider = time.Clock,
            }
        );
        var attach = await time.During(azure.PatchDisksAsync("vm-0001", (0, "vol")));

        // The deletion takes 3.5 s at most, and the attach 5 s before it looks for the disk.
        await time.During(
            azure.EndAsync(await time.During(azure.SendAsync("DELETE", $"{azure.Disk("vol")}?api-version={TestAzure.DisksVersion}")))
        );
        time.Pass(15);
        var ended = await time.During(azure.EndAsync(attach));

        Assert.Equal("Failed", (string?)ended["status"]);
        Assert.Equal("NotFound", (string?)ended["error"]!["code"]);
        var vm = await time.During(azure.GetAsync(azure.VirtualMachine("vm-0001"), TestAzure.VirtualMachinesVersion));
        Assert.Empty((JsonArray)vm["properties"]!["storageProfile"]!["dataDisks"]!);
        Assert.Empty(azure.Simulator.VisibleDisks("vm-0001"));
    }

    [Fact]
    public async Task A_detach_of_a_disk_that_is_not_there_attaches_nothing()
    {
        await using var azure = await TestAzure.StartAsync(TestAzure.FleetOf(["vm-0001"], ["vol"]));
        var body = JsonNode.Parse(azure.DataDisks((0, "vol")))!;
        body["properties"]!["storageProfile"]!["dataDisks"]![0]!["toBeDetached"] = true;

        var answer = await azure.PatchAsync("vm-0001", body.ToJsonString());
        await azure.EndAsync(answer);

        Assert.Empty((JsonArray)answer.Body!["properties"]!["storageProfile"]!["dataDisks"]!);
        Assert.Equal("Unattached", (string?)(await azure.GetAsync(azure.Disk("vol"), TestAzure.DisksVersion))["properties"]!["diskState"]);
    }

    [Fact]
    public async Task AttachDetachDataDisks_takes_the_difference_chooses_LUNs_and_answers_with_the_storage_profile()
    {
        await using var azure = await TestAzure.StartAsync(TestAzure.FleetOf(["vm-0001"], ["vol", "vol2", "vol3"]));
        await azure.EndAsync(await azure.PatchDisksAsync("vm-0001", (0, "vol")));
        var url = $"{azure.VirtualMachine("vm-0001")}/attachDetachDataDisks?api-version=";

        var begun = await azure.SendAsync(
            "POST",
            url + "2024-07-01",
            $$"""
            {"dataDisksToAttach":[{"diskId":"{{azure.Disk("vol2")}}","lun":3,"caching":"ReadOnly"},{"diskId":"{{azure.Disk("vol3")}}"}],
             "dataDisksToDetach":[{"diskId":"{{azure.Disk("vol")}}","detachOption":"ForceDetach"}]}
            """
        );
        await azure.EndAsync(begun);
        var result = await azure.SendAsync("GET", begun.PathOf("Location"));
        var unknown = await azure.SendAsync("POST", url + "2024-07-01", $$"""{"dataDisksToDetach":[{"diskId":"{{azure.Disk("vol")}}"}]}""");
        var old = await azure.SendAsync("POST", url + "2023-03-01", "{}");

        Assert.Equal(202, begun.Status);
        Assert.Equal(200, result.Status);
        Assert.NotNull(result.Body!["osDisk"]);
        var disks = ((JsonArray)result.Body["dataDisks"]!).ToDictionary(
            d => (string)d!["name"]!,
            d => ((int)d!["lun"]!, (string)d["caching"]!)
        );
        Assert.Equal(new Dictionary<string, (int, string)> { ["vol2"] = (3, "ReadOnly"), ["vol3"] = (0, "None") }, disks);
        Assert.Equal((400, "InvalidParameter"), (unknown.Status, unknown.Code));
        Assert.Equal((400, "NoRegisteredProviderFound"), (old.Status, old.Code));
    }

    private static FleetDescription Attached() =>
        new()
        {
            VirtualMachines =
            [
                new FleetVirtualMachine
                {
                    Name = "vm-0001",
                    DataDisks = new Dictionary<int, string> { [0] = "vol" },
                },
                new FleetVirtualMachine { Name = "vm-0002" },
            ],
            Disks = [new FleetDisk { Name = "vol" }],
        };
}
