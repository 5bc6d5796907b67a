using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Shellbox.AzureSimulator;
using Shellbox.AzureSimulator.Compute;
using Shellbox.AzureSimulator.Fleets;
using Shellbox.AzureSimulator.Instances;
using Shellbox.Tests.Fixtures;
using Xunit;

namespace Shellbox.Tests.AzureSimulator;

/// <summary>What the instance of a VM size may use.</summary>
public sealed class CapTests
{
    private const string Tiny = "Standard_B1ls";

    [Fact]
    public async Task A_process_that_takes_more_memory_than_its_VM_has_ends_and_what_is_beside_it_lives()
    {
        using var directory = new TemporaryFolder();
        var login = await SshKey.CreateAsync(directory.Path, "key", TestAzure.Cancel);
        await using var azure = await StartAsync(directory, login);
        // tail keeps what has no end of line.
        const string Greedy = "head -c 100000000 /dev/zero | tail | wc -c; echo ${PIPESTATUS[1]}";

        var tiny = await azure.SshAsync(login, "tiny", Greedy);
        var roomy = await azure.SshAsync(login, "roomy", Greedy);
        var again = await azure.SshAsync(login, "tiny", "echo here");

        Assert.Equal((0, "0\n137\n"), (tiny.ExitCode, tiny.Output));
        Assert.Equal((0, "100000000\n0\n"), (roomy.ExitCode, roomy.Output));
        Assert.Equal((0, "here\n"), (again.ExitCode, again.Output));
    }

    [Fact]
    public async Task A_VM_has_no_more_processes_than_its_bound_and_leaves_none_behind_however_they_hide()
    {
        using var directory = new TemporaryFolder();
        var login = await SshKey.CreateAsync(directory.Path, "key", TestAzure.Cancel);
        var hidden = Path.Combine(directory.Path, "hidden");
        await using (var azure = await StartAsync(directory, login))
        {
            // Without its environment and its parent, it cannot be told from any other process but by its group.
            var hide = await azure.SshAsync(
                login,
                "tiny",
                $"env -i setsid sh -c 'echo $$ >{hidden}.new; mv {hidden}.new {hidden}; exec sleep 1000' <&- >&- 2>&- & while "
                    + $"! test -e {hidden}; do sleep 0.01; done"
            );
            Assert.Equal(0, hide.ExitCode);
            const string Many =
                "exec dash -c 'n=0; while [ $n -lt 60 ]; do sleep 1000 </dev/null >/dev/null 2>&1 & n=$((n+1)); done; echo all'";

            var tiny = await azure.SshAsync(login, "tiny", Many);
            var roomy = await azure.SshAsync(login, "roomy", Many);

            Assert.Equal("", tiny.Output);
            Assert.Contains("fork", tiny.Error, StringComparison.OrdinalIgnoreCase);
            Assert.Equal((0, "all\n"), (roomy.ExitCode, roomy.Output));
            Assert.NotEmpty(GroupsOf(directory));
            Assert.True(ProcessTable.IsAlive(Pid()));
        }

        Assert.Empty(GroupsOf(directory));
        Assert.False(ProcessTable.IsAlive(Pid()));

        int Pid() => int.Parse(File.ReadAllText(hidden), CultureInfo.InvariantCulture);
    }

    [Fact]
    public async Task A_VM_that_is_powered_off_has_no_groups_and_has_those_of_its_new_size_when_it_is_started()
    {
        using var directory = new TemporaryFolder();
        var login = await SshKey.CreateAsync(directory.Path, "key", TestAzure.Cancel);
        await using var azure = await StartAsync(directory, login);
        const string Count =
            "exec dash -c 'n=0; while [ $n -lt 60 ]; do sleep 1000 </dev/null >/dev/null 2>&1 & n=$((n+1)); done; echo all'";

        await azure.EndAsync(
            await azure.SendAsync("POST", $"{azure.VirtualMachine("tiny")}/deallocate?api-version={TestAzure.VirtualMachinesVersion}")
        );
        Assert.DoesNotContain(GroupsOf(directory), g => g.EndsWith("tiny", StringComparison.Ordinal));
        await azure.EndAsync(await azure.PatchAsync("tiny", """{"properties":{"hardwareProfile":{"vmSize":"Standard_D2s_v5"}}}"""));
        await azure.EndAsync(
            await azure.SendAsync("POST", $"{azure.VirtualMachine("tiny")}/start?api-version={TestAzure.VirtualMachinesVersion}")
        );

        Assert.Equal("all\n", (await azure.SshAsync(login, "tiny", Count)).Output);
        Assert.Contains(GroupsOf(directory), g => g.EndsWith("tiny", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Groups_of_a_simulator_that_was_killed_go_with_their_processes_at_the_next_start_on_the_same_directory()
    {
        using var directory = new TemporaryFolder();
        using var elsewhere = new TemporaryFolder();
        var killed = await OpenAsync(directory);
        var neighbour = await OpenAsync(elsewhere);
        var caps = new InstanceCaps(64 << 20, 1, 40);
        var doors = killed.Create("vm", caps);
        neighbour.Create("vm", caps);
        using var process = Process.Start("sleep", "1000");
        foreach (var door in doors)
            CgroupFile.Write(door, process.Id.ToString(CultureInfo.InvariantCulture));
        Assert.NotEmpty(doors);

        await OpenAsync(directory);

        await process.WaitForExitAsync(TestAzure.Cancel);
        Assert.Empty(GroupsOf(directory));
        Assert.NotEmpty(GroupsOf(elsewhere));
        await neighbour.RemoveAllAsync();
        Assert.Empty(GroupsOf(elsewhere));
    }

    [Fact]
    public async Task In_version_2_the_groups_lie_beside_the_simulators_where_the_controllers_are_given_to_groups()
    {
        using var directory = new TemporaryFolder();
        var process = Version2(directory, ownMemory: "max");

        var groups = await InstanceCgroups.OpenAsync("/state", NullLogger.Instance, process);
        var doors = groups.Create("vm", new InstanceCaps(3 << 20, 2, 77));

        var group = Path.Combine(directory.Path, "tree/system.slice", InstanceCgroups.PrefixOf("/state") + "vm");
        Assert.Equal([Path.Combine(group, "cgroup.procs")], doors);
        Assert.Equal(
            ("3145728", "200000 100000", "77"),
            (await ReadAsync("memory.max"), await ReadAsync("cpu.max"), await ReadAsync("pids.max"))
        );

        Task<string> ReadAsync(string file) => File.ReadAllTextAsync(Path.Combine(group, file), TestAzure.Cancel);
    }

    [Fact]
    public async Task Where_it_would_let_instances_out_of_the_simulators_own_bound_nothing_is_capped_and_the_log_says_so()
    {
        using var directory = new TemporaryFolder();
        var process = Version2(directory, ownMemory: "1073741824");
        using var log = new RecordedLog();

        var groups = await InstanceCgroups.OpenAsync("/state", log.CreateLogger("cgroups"), process);

        Assert.Empty(groups.Create("vm", new InstanceCaps(1, 1, 1)));
        Assert.StartsWith(
            "Instances are not held to their VM size's memory, cpu, pids",
            Assert.Single(log.Entries).Message,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("Standard_D2s_v5", 2, 8, 4)]
    [InlineData("Standard_D16s_v5", 16, 64, 32)]
    [InlineData("Standard_E8-2s_v5", 2, 64, 4)]
    [InlineData("Standard_F4s_v2", 4, 8, 8)]
    [InlineData("Standard_B2s", 2, 4, 4)]
    [InlineData("Standard_M128s", 128, 512, 64)]
    [InlineData("Basic", 2, 8, 4)]
    public void The_name_of_a_VM_size_says_what_it_has(string name, int cores, int memoryGB, int disks)
    {
        var size = VirtualMachineSize.Of(name);

        Assert.Equal((cores, memoryGB * (1L << 30), disks), (size.Cores, size.MemoryBytes, size.MaximumDataDisks));
    }

    private static async Task<TestAzure> StartAsync(TemporaryFolder directory, SshKey login)
    {
        await OpenAsync(directory);
        return await TestAzure.StartAsync(
            new FleetDescription
            {
                VirtualMachines =
                [
                    new FleetVirtualMachine
                    {
                        Name = "tiny",
                        VmSize = Tiny,
                        SshPublicKeys = [login.PublicKey],
                    },
                    new FleetVirtualMachine { Name = "roomy", SshPublicKeys = [login.PublicKey] },
                ],
            },
            new AzureSimulatorOptions
            {
                TimeScale = 1000,
                Throttling = false,
                Instances = InstanceKind.Sshd,
                StateDirectory = directory.Path,
                CapsOf = size => size == Tiny ? new InstanceCaps(64 << 20, 1, 40) : InstanceCaps.Of(2, 8L << 30),
            }
        );
    }

    private static async Task<InstanceCgroups> OpenAsync(TemporaryFolder directory)
    {
        var groups = await InstanceCgroups.OpenAsync(directory.Path, NullLogger.Instance);
        Assert.SkipUnless(
            groups.Controllers.Contains("memory") && groups.Controllers.Contains("pids"),
            "this machine has no control groups that can be written"
        );
        return groups;
    }

    private static List<string> GroupsOf(TemporaryFolder directory) =>
        [
            .. CgroupHierarchy
                .All("/proc/self")
                .SelectMany(h =>
                    Directory.EnumerateDirectories(
                        h.Mount,
                        InstanceCgroups.PrefixOf(directory.Path) + "*",
                        new EnumerationOptions
                        {
                            RecurseSubdirectories = true,
                            IgnoreInaccessible = true,
                            AttributesToSkip = 0,
                        }
                    )
                ),
        ];

    /// <summary>A tree of version 2, as systemd makes it, in plain files; what stands for /proc/self.</summary>
    private static string Version2(TemporaryFolder directory, string ownMemory)
    {
        var tree = Path.Combine(directory.Path, "tree");
        var own = Path.Combine(tree, "system.slice/simulator.service");
        Directory.CreateDirectory(own);
        File.WriteAllText(Path.Combine(tree, "system.slice/cgroup.controllers"), "cpu io memory pids\n");
        File.WriteAllText(Path.Combine(tree, "system.slice/cgroup.subtree_control"), "cpu memory pids\n");
        File.WriteAllText(Path.Combine(own, "memory.max"), ownMemory + "\n");
        File.WriteAllText(Path.Combine(own, "cpu.max"), "max 100000\n");
        File.WriteAllText(Path.Combine(directory.Path, "cgroup"), "0::/system.slice/simulator.service\n");
        File.WriteAllText(
            Path.Combine(directory.Path, "mountinfo"),
            $"35 24 0:30 / {tree} rw,relatime shared:9 - cgroup2 cgroup2 rw,nsdelegate\n"
        );
        return directory.Path;
    }
}
