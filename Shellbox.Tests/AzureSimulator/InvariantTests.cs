using System.Text.Json.Nodes;
using CsCheck;
using Shellbox.AzureSimulator.Faults;
using Shellbox.Tests.Fixtures;
using Xunit;

namespace Shellbox.Tests.AzureSimulator;

/// <summary>Whatever is asked in whatever order, and whatever fails: what may never be is never seen.</summary>
public sealed class InvariantTests
{
    private const string Version = TestAzure.VirtualMachinesVersion;

    private static readonly string[] Machines = ["vm-0", "vm-1", "vm-2"];
    private static readonly string[] Disks = ["vol-0", "vol-1", "vol-2", "vol-3"];

    private enum Act
    {
        Attach,
        Detach,
        Replace,
        Exchange,
        DeleteDisk,
        CreateDisk,
        PowerOff,
        Deallocate,
        Start,
        Restart,
        DeleteMachine,
        ForceDeleteMachine,
        CreateMachine,
        Tag,
        FailNext,
        FailNextAtEnd,
    }

    private sealed record Step(Act Act, string Machine, string Disk, string OtherDisk, int Lun, bool Wait);

    [Fact]
    public async Task A_disk_is_on_one_VM_at_most_LUNs_are_unique_and_states_are_legal()
    {
        var act = Gen.Frequency(
            (6, Gen.Const(Act.Attach)),
            (4, Gen.Const(Act.Detach)),
            (3, Gen.Const(Act.Replace)),
            (3, Gen.Const(Act.Exchange)),
            (8, Gen.OneOf(Enum.GetValues<Act>()))
        );
        var step = Gen.Select(act, Gen.OneOf(Machines), Gen.OneOf(Disks), Gen.OneOf(Disks), Gen.Int[0, 3], Gen.Bool)
            .Select((a, m, d, o, l, w) => new Step(a, m, d, o, l, w));

        await step.List[5, 25].SampleAsync(RunAsync, iter: 25, threads: 1);
    }

    private static async Task RunAsync(List<Step> steps)
    {
        await using var azure = await TestAzure.StartAsync(
            TestAzure.FleetOf(Machines, Disks),
            new() { TimeScale = 50_000, Throttling = false }
        );
        var begun = new List<Answer>();
        foreach (var step in steps)
        {
            var answer = await DoAsync(azure, step);
            if (answer is not null)
            {
                Assert.True(
                    answer.Status is >= 200 and < 300 or 404 or 409 or 400,
                    $"{step}: {answer.Status} {answer.Code} {answer.Message}"
                );
                if (answer.Headers.ContainsKey("Azure-AsyncOperation"))
                    begun.Add(answer);
                if (step.Wait && begun.Count > 0)
                    await azure.EndAsync(begun[^1]);
            }

            CheckMachines(await ListAsync(azure, "virtualMachines", Version));
        }

        foreach (var operation in begun)
            await azure.EndAsync(operation);
        CheckAtRest(await ListAsync(azure, "virtualMachines", Version), await ListAsync(azure, "disks", TestAzure.DisksVersion));
    }

    private static async Task<Answer?> DoAsync(TestAzure azure, Step step)
    {
        var machine = azure.VirtualMachine(step.Machine);
        switch (step.Act)
        {
            case Act.Attach:
                return await azure.PatchDisksAsync(
                    step.Machine,
                    [.. (await DisksOfAsync(azure, step.Machine)).Where(d => d.Lun != step.Lun), (step.Lun, step.Disk)]
                );
            case Act.Detach:
                return await azure.PatchDisksAsync(
                    step.Machine,
                    [.. (await DisksOfAsync(azure, step.Machine)).Where(d => d.Lun != step.Lun)]
                );
            case Act.Replace:
                return await azure.PatchDisksAsync(step.Machine, (step.Lun, step.Disk), (step.Lun ^ 1, step.OtherDisk));
            case Act.Exchange:
                var body = new JsonObject
                {
                    ["dataDisksToAttach"] = new JsonArray(new JsonObject { ["diskId"] = azure.Disk(step.Disk) }),
                    ["dataDisksToDetach"] = new JsonArray([
                        .. (await DisksOfAsync(azure, step.Machine))
                            .Take(1)
                            .Select(d => new JsonObject { ["diskId"] = azure.Disk(d.Disk) }),
                    ]),
                };
                return await azure.SendAsync("POST", $"{machine}/attachDetachDataDisks?api-version={Version}", body.ToJsonString());
            case Act.DeleteDisk:
                return await azure.SendAsync("DELETE", $"{azure.Disk(step.Disk)}?api-version={TestAzure.DisksVersion}");
            case Act.CreateDisk:
                return await azure.SendAsync(
                    "PUT",
                    $"{azure.Disk(step.Disk)}?api-version={TestAzure.DisksVersion}",
                    """{"location":"westeurope","properties":{"creationData":{"createOption":"Empty"},"diskSizeGB":4}}"""
                );
            case Act.PowerOff or Act.Deallocate or Act.Start or Act.Restart:
                return await azure.SendAsync("POST", $"{machine}/{step.Act}?api-version={Version}");
            case Act.DeleteMachine or Act.ForceDeleteMachine:
                return await azure.SendAsync(
                    "DELETE",
                    $"{machine}?api-version={Version}{(step.Act == Act.DeleteMachine ? "" : "&forceDeletion=true")}"
                );
            case Act.CreateMachine:
                return await azure.SendAsync(
                    "PUT",
                    $"{machine}?api-version={Version}",
                    $$"""
                    {"location":"westeurope","properties":{"hardwareProfile":{"vmSize":"Standard_D2s_v5"},
                     "storageProfile":{"osDisk":{"createOption":"FromImage","deleteOption":"Delete"},"dataDisks":[{"lun":{{step.Lun}},
                      "createOption":"Attach","managedDisk":{"id":"{{azure.Disk(
                        step.Disk
                    )}}"} }]},
                     "networkProfile":{"networkApiVersion":"2022-11-01","networkInterfaceConfigurations":[{"name":"nic",
                      "properties":{"deleteOption":"Delete"} } ] } } }
                    """
                );
            case Act.Tag:
                return await azure.SendAsync(
                    "PATCH",
                    $"{machine}/providers/Microsoft.Resources/tags/default?api-version={TestAzure.ResourcesVersion}",
                    """{"operation":"Merge","properties":{"tags":{"a":"b"}}}"""
                );
            default:
                azure.Simulator.Faults.Add(
                    new() { Effect = step.Act == Act.FailNext ? FaultEffect.FailOperation : FaultEffect.FailOperationAtEnd }
                );
                return null;
        }
    }

    /// <summary>At any moment.</summary>
    private static void CheckMachines(IReadOnlyList<JsonNode> machines)
    {
        var attached = machines.SelectMany(DiskIds).ToList();
        Assert.Equal(attached.Count, attached.Distinct(StringComparer.OrdinalIgnoreCase).Count());
        foreach (var machine in machines)
        {
            var luns = Entries(machine).Select(d => (int)d["lun"]!).ToList();
            Assert.Equal(luns.Count, luns.Distinct().Count());
            Assert.InRange(luns.Count, 0, 4);
            Assert.Contains(
                (string?)machine["properties"]!["provisioningState"],
                new[] { "Creating", "Updating", "Deleting", "Succeeded", "Failed" }
            );
        }
    }

    /// <summary>When nothing runs: both sides agree.</summary>
    private static void CheckAtRest(IReadOnlyList<JsonNode> machines, IReadOnlyList<JsonNode> disks)
    {
        CheckMachines(machines);
        var byId = disks.ToDictionary(d => (string)d["id"]!, StringComparer.OrdinalIgnoreCase);
        var held = machines
            .SelectMany(m =>
                DiskIds(m)
                    .Append((string)m["properties"]!["storageProfile"]!["osDisk"]!["managedDisk"]!["id"]!)
                    .Select(d => (Disk: d, Machine: (string)m["id"]!))
            )
            .ToList();
        foreach (var (disk, machine) in held)
        {
            Assert.Contains(disk, byId.Keys);
            Assert.Equal(machine, (string?)byId[disk]["managedBy"]);
            Assert.Contains((string?)byId[disk]["properties"]!["diskState"], new[] { "Attached", "Reserved" });
        }

        Assert.All(machines, m => Assert.Contains((string?)m["properties"]!["provisioningState"], new[] { "Succeeded", "Failed" }));
        Assert.All(
            disks.Where(d => !held.Exists(h => h.Disk.Equals((string?)d["id"], StringComparison.OrdinalIgnoreCase))),
            d =>
            {
                Assert.Null(d["managedBy"]);
                Assert.Equal("Unattached", (string?)d["properties"]!["diskState"]);
            }
        );
    }

    private static async Task<IReadOnlyList<JsonNode>> ListAsync(TestAzure azure, string type, string version) =>
        [.. ((JsonArray)(await azure.GetAsync($"{azure.Group}/providers/Microsoft.Compute/{type}", version))["value"]!).OfType<JsonNode>()];

    private static async Task<(int Lun, string Disk)[]> DisksOfAsync(TestAzure azure, string machine)
    {
        var answer = await azure.SendAsync("GET", $"{azure.VirtualMachine(machine)}?api-version={Version}");
        return answer.Status == 404 ? [] : [.. Entries(answer.Body!).Select(d => ((int)d["lun"]!, (string)d["name"]!))];
    }

    private static IEnumerable<JsonNode> Entries(JsonNode machine) =>
        ((JsonArray)machine["properties"]!["storageProfile"]!["dataDisks"]!).OfType<JsonNode>();

    private static IEnumerable<string> DiskIds(JsonNode machine) => Entries(machine).Select(d => (string)d["managedDisk"]!["id"]!);
}
