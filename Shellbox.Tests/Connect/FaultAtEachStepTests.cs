using System.Globalization;
using System.Text.Json.Nodes;
using Shellbox.Activities.State;
using Shellbox.AzureSimulator.Faults;
using Shellbox.Tests.Fixtures;
using Xunit;

namespace Shellbox.Tests.Connect;

/// <summary>
/// Whatever fails before, while or after a step of connect or release: it ends in one of the states of rest, with a reason where it failed,
/// and the box can be connected afterwards. The instances have no guests: what is tested is the control plane, against the simulated Azure
/// and real sshd.
/// </summary>
public sealed class FaultAtEachStepTests(AzuriteFixture azurite)
{
    private const string Update = "VirtualMachines_Update";
    private const int Instances = 3;

    /// <summary>Shorter than a user's patience, so that what hangs is over soon.</summary>
    private static readonly Dictionary<string, string> Impatient = new()
    {
        ["Shellbox:Connect:Deadline"] = "00:00:20",
        ["Shellbox:Connect:DiskTimeout"] = "00:00:02",
        ["Shellbox:Connect:BootTimeout"] = "00:00:02",
        ["Shellbox:Connect:ReleaseDeadline"] = "00:00:20",
        ["Shellbox:Reconcile:AgeGuard"] = "00:00:00",
    };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static readonly (string What, Fault Fault)[] Faults =
    [
        ("the read of the VM fails", new Fault { Effect = FaultEffect.FailCall, Operation = "VirtualMachines_Get" }),
        (
            "the read of the VM is throttled",
            new Fault
            {
                Effect = FaultEffect.FailCall,
                Operation = "VirtualMachines_Get",
                Status = 429,
                Code = "TooManyRequests",
                Count = 3,
            }
        ),
        ("the read of the VM is stale", new Fault { Effect = FaultEffect.StaleRead, Operation = "VirtualMachines_Get" }),
        (
            "the PATCH is refused",
            new Fault
            {
                Effect = FaultEffect.FailCall,
                Operation = Update,
                Status = 400,
                Code = "InvalidParameter",
            }
        ),
        (
            "the PATCH meets another operation",
            new Fault
            {
                Effect = FaultEffect.FailCall,
                Operation = Update,
                Status = 409,
                Code = "Conflict",
                Count = 2,
            }
        ),
        (
            "the PATCH meets another write",
            new Fault
            {
                Effect = FaultEffect.FailCall,
                Operation = Update,
                Status = 412,
                Code = "PreconditionFailed",
                Count = 2,
            }
        ),
        ("the PATCH does not arrive", new Fault { Effect = FaultEffect.DropCall, Operation = Update }),
        ("the answer of the PATCH is lost", new Fault { Effect = FaultEffect.DropAnswer, Operation = Update }),
        ("the token has expired", new Fault { Effect = FaultEffect.ExpireToken, Operation = Update }),
        ("the operation fails", new Fault { Effect = FaultEffect.FailOperation, Operation = Update }),
        ("the operation fails at its end", new Fault { Effect = FaultEffect.FailOperationAtEnd, Operation = Update }),
        (
            "the operation takes long",
            new Fault
            {
                Effect = FaultEffect.DelayOperation,
                Operation = Update,
                Delay = TimeSpan.FromMinutes(2),
            }
        ),
        ("the disk never shows", new Fault { Effect = FaultEffect.HideDisk, Operation = Update }),
        ("the instance refuses SSH", new Fault { Effect = FaultEffect.RefuseSsh, Operation = Update }),
        ("the instance dies", new Fault { Effect = FaultEffect.CrashInstance, Operation = Update }),
        (
            "the look at the operation fails",
            new Fault
            {
                Effect = FaultEffect.FailCall,
                Operation = "Operations_*",
                Count = 3,
            }
        ),
        (
            "the look at the disk fails",
            new Fault
            {
                Effect = FaultEffect.FailCall,
                Operation = "Disks_Get",
                Count = 3,
            }
        ),
    ];

    [Fact]
    public async Task A_box_can_be_connected_after_each_of_them()
    {
        // Most of the time is waiting: several clouds at once, and each fault's failure beside the others'.
        var failures = new System.Collections.Concurrent.ConcurrentBag<string>();
        await Parallel.ForEachAsync(
            Faults,
            new ParallelOptions { MaxDegreeOfParallelism = 6, CancellationToken = Cancel },
            async (fault, _) =>
            {
                try
                {
                    await RunAsync(fault.What, fault.Fault);
                }
                catch (Exception e) when (e is not OperationCanceledException)
                {
                    failures.Add($"{fault.What}: {e.Message}\n{e.StackTrace}");
                }
            }
        );
        Assert.True(failures.IsEmpty, string.Join("\n\n", failures));
    }

    private async Task RunAsync(string what, Fault fault)
    {
        await using var cloud = await TestCloud.With(azurite).Instances(Instances).BareInstances().Settings(Impatient).StartAsync();

        // In a connect.
        cloud.Azure.Faults.Add(fault);
        var first = await cloud.PostConnectAsync(wait: 200);
        var said = await first.Content.ReadAsStringAsync(Cancel);
        Assert.True(first.IsSuccessStatusCode || ((string)JsonNode.Parse(said)!["detail"]!).Length > 20, $"{what}: {said}");
        await EndFaultsAsync(cloud, fault);
        await AtRestAsync(cloud, what);
        await cloud.ConnectAsync();

        // In a release.
        cloud.Azure.Faults.Add(fault);
        await cloud.DisconnectAsync();
        await EndFaultsAsync(cloud, fault);
        await AtRestAsync(cloud, what);

        // An instance that died when the box had just left it is free, and nobody has noticed: whoever gets it next finds out, and goes on
        // with another.
        await cloud.ConnectAsync();
        await cloud.DisconnectAsync();

        Assert.Equal("stopped", (string)(await AtRestAsync(cloud, what))["state"]!);
        await foreach (var row in cloud.Get<InstanceStore>().ListAllAsync(Cancel))
        {
            Assert.True(row.State is InstanceState.Free or InstanceState.Quarantined, $"{what}: {row.Id} is {row.State}");
        }
    }

    private static Task<JsonNode> AtRestAsync(TestCloud cloud, string what) =>
        Wait.UntilAsync(
            () => cloud.ShowBoxAsync(),
            b => (string)b["state"]! is "stopped" or "running" or "attached",
            $"the box is at rest after: {what}"
        );

    private static async Task EndFaultsAsync(TestCloud cloud, Fault fault)
    {
        cloud.Azure.Faults.Clear();

        // What refused answers again; what died stays dead.
        if (fault.Effect is not FaultEffect.RefuseSsh)
            return;
        for (var n = 1; n <= Instances; n++)
            await cloud.Azure.RefuseSshAsync(string.Create(CultureInfo.InvariantCulture, $"vm-{n:d4}"), refuse: false, Cancel);
    }
}
