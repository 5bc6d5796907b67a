using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Azure.Core;
using Azure.Data.Tables;
using Azure.ResourceManager.Compute;
using Azure.Storage.Queues;
using Shellbox.Activities.Azure;
using Shellbox.Activities.State;
using Shellbox.AzureSimulator.Faults;
using Shellbox.Tests.Fixtures;
using Xunit;

namespace Shellbox.Tests.Resilience;

/// <summary>
/// Connects and disconnects while storage and Azure restart, fail and dawdle. Then one run of the reconciler, and a look by somebody else.
/// </summary>
public sealed class ChaosTests
{
    /// <summary>
    /// Stands in for the instances' program, so that the time goes into what is tested: a guest is a process that shows an SSH banner. It
    /// knows start, pause, save, stop and status.
    /// </summary>
    private const string Script = """
        #!/usr/bin/env python3
        import json, os, signal, socket, sys, time
        request, verb = json.loads(sys.stdin.read() or "{}"), sys.argv[1]
        record = os.environ["INSTANCE_ROOT"] + "/guest.json"
        try:
            guest = json.load(open(record))
            os.kill(guest["pid"], 0)
        except (OSError, ValueError):
            guest = None
        answer = {"ok": True, "steps": []}
        if verb == "start":
            address, port = os.environ["SSH_CONNECTION"].split()[2], request["port"]
            answer.update(started=guest is None, tier="warm" if guest is None else "hot", address=address, port=port,
                          hostKey="ssh-ed25519 AAAA")
            if guest is None:
                listener = socket.create_server((address, port))
                pid = os.fork()
                if pid == 0:
                    os.setsid()
                    signal.alarm(600)
                    for descriptor in range(3):
                        os.dup2(os.open("/dev/null", os.O_RDWR), descriptor)
                    while True:
                        with listener.accept()[0] as client:
                            client.sendall(b"SSH-2.0-stand-in\r\n")
                json.dump({"pid": pid, "box": request["box"], "epoch": request["epoch"]}, open(record, "w"))
        elif verb in ("save", "stop") and guest:
            os.kill(guest["pid"], signal.SIGKILL)
            os.remove(record)
        elif verb == "status":
            answer["boxes"] = [{"box": guest["box"], "epoch": guest["epoch"], "running": True, "status": "running"}] if guest else []
        answer.update(paused=guest is not None, saved=verb == "save")
        print(json.dumps(answer))
        """;

    private static readonly string[] Boxes = ["alpha", "beta", "gamma"];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task After_storage_and_Azure_failed_under_connects_one_run_brings_tables_tags_and_reality_to_agreement()
    {
        using var folder = new TemporaryFolder();
        await using var azurite = new AzuriteFixture { Location = folder.File("azurite") };
        await azurite.InitializeAsync();
        await using var cloud = await TestCloud
            .With(azurite)
            .Instances(3)
            .InstanceProgram(folder.WriteProgram("shellbox-instance", Script + "\n"))
            .Boxes(Boxes)
            .TimeScale(200)
            .Setting("Shellbox:Reconcile:AgeGuard", "00:00:00")
            .Setting("Shellbox:Reconcile:QueryInterval", "00:00:00")
            .Setting("Shellbox:Reconcile:ProbeAfter", "00:00:00")
            .Setting("Shellbox:Azure:TagWritesPerSecond", "100")
            .Setting("Shellbox:Connect:Deadline", "00:00:40")
            .Setting("Shellbox:Connect:ReleaseDeadline", "00:00:20")
            .StartAsync();

        AddFaults(cloud);
        await Task.WhenAll([.. Boxes.Select(box => ComeAndGoAsync(cloud, box)), FailAsync(cloud, azurite)]);
        Assert.NotEmpty(cloud.Azure.Faults.Hits);
        cloud.Azure.Faults.Clear();
        await EndedAsync(cloud);

        // All that failed has undone itself. What cannot: an operation that was ended from outside in the middle of its attach.
        await AbandonAsync(cloud, Boxes[1]);
        await EndedAsync(cloud);
        Assert.NotEmpty(await DisagreementsAsync(cloud));

        await cloud.ReconcileAsync();

        await EndedAsync(cloud);
        await Wait.UntilAsync(() => DisagreementsAsync(cloud), found => found.Count == 0, "tables, tags and resources agree");
    }

    /// <summary>
    /// Each kind of failure, some of the time. Which calls they hit follows from the simulator's seed and from the order that chance gives
    /// the calls.
    /// </summary>
    private static void AddFaults(TestCloud cloud)
    {
        Fault[] faults =
        [
            new()
            {
                Effect = FaultEffect.DropCall,
                Operation = "VirtualMachines_Update",
                Share = 0.15,
                Count = null,
            },
            new()
            {
                Effect = FaultEffect.DropAnswer,
                Operation = "VirtualMachines_Update",
                Share = 0.15,
                Count = null,
            },
            new()
            {
                Effect = FaultEffect.FailOperation,
                Operation = "VirtualMachines_Update",
                Share = 0.1,
                Count = null,
            },
            new()
            {
                Effect = FaultEffect.FailOperationAtEnd,
                Operation = "VirtualMachines_Update",
                Share = 0.1,
                Count = null,
            },
            new()
            {
                Effect = FaultEffect.StaleRead,
                Operation = "*_Get",
                Share = 0.1,
                Count = null,
            },
            new()
            {
                Effect = FaultEffect.FailCall,
                Operation = "Tags_*",
                Share = 0.3,
                Count = null,
            },
            new()
            {
                Effect = FaultEffect.DelayCall,
                Operation = "*",
                Share = 0.2,
                Count = null,
                Delay = TimeSpan.FromSeconds(20),
            },
            new()
            {
                Effect = FaultEffect.KillQemu,
                Operation = "VirtualMachines_Get",
                Share = 0.05,
                Count = null,
            },
        ];
        foreach (var fault in faults)
            cloud.Azure.Faults.Add(fault);
    }

    /// <summary>What becomes of each is not asked: some succeed, some fail, some are answered by nobody.</summary>
    private static async Task ComeAndGoAsync(TestCloud cloud, string box)
    {
        for (var round = 0; round < 3; round++)
        {
            foreach (
                var (path, body) in new (string, object)[]
                {
                    ("connect?wait=10", new { publicKey = cloud.User.PublicKey }),
                    ("disconnect?wait=5", new { hold = round == 1 ? 1 : 0 }),
                }
            )
            {
                try
                {
                    using var answer = await cloud.Http.PostAsJsonAsync($"api/users/{cloud.User.Id}/boxes/{box}/{path}", body, Cancel);
                }
                catch (HttpRequestException)
                {
                    // The app itself is not restarted here, but may answer nothing while its storage is away.
                }
            }
        }

        // One stays, so that there is something that runs.
        if (box == Boxes[0])
            using (await cloud.PostConnectAsync(box, wait: 10)) { }
    }

    private static async Task AbandonAsync(TestCloud cloud, string box)
    {
        await cloud.DisconnectAsync(box);
        var hang = cloud.Azure.Faults.Add(new Fault { Effect = FaultEffect.HangCall, Operation = "VirtualMachines_Update" });
        using var accepted = await cloud.PostConnectAsync(box);
        var operation = (string)JsonNode.Parse(await accepted.Content.ReadAsStringAsync(Cancel))!["id"]!;
        await Wait.UntilAsync(() => cloud.Azure.Faults.Hits.Count(h => h.FaultId == hang), hits => hits > 0, "the attach hangs");
        await cloud.Client.TerminateInstanceAsync(operation, Cancel);
        await cloud.Client.WaitForInstanceCompletionAsync(operation, Cancel);
        cloud.Azure.Faults.Remove(hang);
    }

    /// <summary>First storage is away, then all of Azure, each until somebody has missed it.</summary>
    private static async Task FailAsync(TestCloud cloud, AzuriteFixture azurite)
    {
        await Wait.UntilAsync(
            () => cloud.Azure.Requests.Count(r => r.Operation == "VirtualMachines_Update"),
            updates => updates >= 2,
            "attaches are under way"
        );

        // Not for long: a message that the host is through with and cannot delete, in some 25 s of tries, comes again after ten minutes.
        await azurite.RestartAsync(callsInVain: 3);
        var away = cloud.Azure.Faults.Add(new Fault { Effect = FaultEffect.DropCall, Count = null });
        await Wait.UntilAsync(() => cloud.Azure.Faults.Hits.Count(h => h.FaultId == away), hits => hits >= 5, "Azure is missed");
        cloud.Azure.Faults.Remove(away);
    }

    /// <summary>No orchestration is under way any more, and no tag update waits.</summary>
    private static async Task EndedAsync(TestCloud cloud) =>
        await Wait.UntilAsync(
            async () =>
            {
                var open = await cloud
                    .Client.GetAllInstancesAsync()
                    .Where(i => !i.IsCompleted)
                    .Select(i => i.InstanceId)
                    .ToListAsync(Cancel);
                var queue = new QueueClient(cloud.Storage, WorkQueues.TagUpdates);

                // One that is out of sight is in hand, put off by ARM, or done and not deleted: the look afterwards waits for its effect.
                return new { Open = open, Updates = (await queue.PeekMessagesAsync(1, Cancel)).Value.Length };
            },
            state => state is { Open.Count: 0, Updates: 0 },
            "everything under way has ended"
        );

    /// <summary>
    /// Looks at the raw rows, the VMs and the disks and says what does not fit together. It shares no code with the reconciler.
    /// </summary>
    private static async Task<List<string>> DisagreementsAsync(TestCloud cloud)
    {
        var found = new List<string>();
        var tables = cloud.Get<StateTables>();
        var client = cloud.Get<ArmConnection>().Client;
        var boxes = await tables
            .Boxes.QueryAsync<TableEntity>(cancellationToken: Cancel)
            .Where(r => !r.RowKey.StartsWith('!'))
            .ToDictionaryAsync(r => r.RowKey, cancellationToken: Cancel);
        var volumes = await tables
            .Volumes.QueryAsync<TableEntity>(cancellationToken: Cancel)
            .ToDictionaryAsync(r => r.RowKey, cancellationToken: Cancel);
        var all = await tables.Instances.QueryAsync<TableEntity>(cancellationToken: Cancel).ToListAsync(Cancel);
        var free = all.Where(r => r.RowKey.StartsWith('!')).Select(r => r.GetString("InstanceId")).ToHashSet();
        var claims = new Dictionary<string, string>();
        Expect(boxes.Count == Boxes.Length, "boxes were lost");
        foreach (var row in all.Where(r => !r.RowKey.StartsWith('!')))
        {
            var vm = (
                await client
                    .GetVirtualMachineResource(new ResourceIdentifier(row.GetString("ResourceId")))
                    .GetAsync(cancellationToken: Cancel)
            )
                .Value
                .Data;
            var disks = (vm.StorageProfile?.DataDisks ?? []).Select(d => d.ManagedDisk.Id.Name).ToList();
            var state = row.GetString("State");
            Expect(free.Contains(row.RowKey) == (state == "Free"), $"{row.RowKey} is {state}, and its index row says otherwise");
            Expect(disks.Count == (state == "Claimed" ? 1 : 0), $"{row.RowKey} is {state} with {disks.Count} disks");
            if (state == "Claimed")
                claims[row.RowKey] = row.GetString("BoxName");
            Tag(vm.Tags, row.RowKey, "status", state.ToLowerInvariant());
            Tag(vm.Tags, row.RowKey, "boxname", state == "Claimed" ? row.GetString("BoxName") : null);
            Tag(vm.Tags, row.RowKey, "volumeid", disks.FirstOrDefault());
        }

        foreach (var (name, box) in boxes)
        {
            var volume = volumes[box.GetString("VolumeId")];
            var disk = (await client.GetManagedDiskResource(new ResourceIdentifier(volume.GetString("ResourceId"))).GetAsync(Cancel))
                .Value
                .Data;
            var (state, place) = (box.GetString("State"), box.GetString("InstanceId"));
            Expect(state is "Running" or "Stopped", $"{name} is {state}");
            Expect(place is not null == (state == "Running"), $"{name} is {state} on '{place}'");
            Expect(
                volume.GetString("AttachedTo") == place,
                $"{name} is on '{place}', its volume is recorded on '{volume.GetString("AttachedTo")}'"
            );
            Expect(disk.ManagedBy?.Name == place, $"{name} is on '{place}', its disk on '{disk.ManagedBy?.Name}'");
            Expect(place is null || (claims.Remove(place, out var by) && by == name), $"{name} is on '{place}', which it has not claimed");
            Tag(disk.Tags, name, "status", place is null ? "detached" : "attached");
            Tag(disk.Tags, name, "instanceid", place);
        }

        Expect(claims.Count == 0, $"claimed by no box: {string.Join(", ", claims.Keys)}");
        return found;

        void Tag(IDictionary<string, string> tags, string resource, string name, string? wanted) =>
            Expect(
                (tags.TryGetValue("shellbox:" + name, out var value) ? value : null) == wanted,
                $"{resource} is tagged {name}={value}, not {wanted}"
            );

        void Expect(bool good, string otherwise)
        {
            if (!good)
                found.Add(otherwise);
        }
    }
}
