using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Shellbox.Activities.Azure;
using Shellbox.Activities.State;
using Shellbox.AzureSimulator.Faults;
using Shellbox.Tests.Fixtures;
using Xunit;

namespace Shellbox.Tests.Resilience;

/// <summary>
/// Two users do what they can do, in whatever order and some of it at once, while Azure fails and the app is restarted: never one volume on
/// two instances, never one instance for two boxes, never a box that is lost, and when the faults stop everything settles. The instances
/// have no guests; sshd, storage and the app are real.
/// </summary>
public sealed class LifePropertyTests(AzuriteFixture azurite)
{
    private const int Instances = 4;
    private const int Blanks = 3;

    /// <summary>How many of the boxes are there from the start.</summary>
    private const int Adopted = 3;
    private const int Actions = 70;

    private static readonly string[] Boxes = ["one", "two", "three", "four", "five"];

    /// <summary>What may be answered to a user at any time: nothing else, and never an error of the server.</summary>
    private static readonly HttpStatusCode[] Answers =
    [
        HttpStatusCode.OK,
        HttpStatusCode.Created,
        HttpStatusCode.Accepted,
        HttpStatusCode.NoContent,
        HttpStatusCode.NotFound,
        HttpStatusCode.Conflict,
        HttpStatusCode.Forbidden,
        HttpStatusCode.TooManyRequests,
        HttpStatusCode.ServiceUnavailable,
    ];

    private static readonly Fault[] Faults =
    [
        new()
        {
            Effect = FaultEffect.FailCall,
            Operation = "VirtualMachines_Update",
            Status = 409,
            Code = "Conflict",
        },
        new()
        {
            Effect = FaultEffect.FailCall,
            Operation = "VirtualMachines_*",
            Status = 429,
            Code = "TooManyRequests",
            Delay = TimeSpan.FromSeconds(5),
        },
        new()
        {
            Effect = FaultEffect.FailCall,
            Operation = "*",
            Count = 2,
        },
        new() { Effect = FaultEffect.DropCall, Operation = "VirtualMachines_Update" },
        new() { Effect = FaultEffect.DropAnswer, Operation = "VirtualMachines_Update" },
        new()
        {
            Effect = FaultEffect.StaleRead,
            Operation = "*",
            Count = 2,
        },
        new() { Effect = FaultEffect.FailOperation, Operation = "VirtualMachines_Update" },
        new() { Effect = FaultEffect.FailOperationAtEnd, Operation = "VirtualMachines_Update" },
        new() { Effect = FaultEffect.HideDisk, Operation = "VirtualMachines_Update" },
        new()
        {
            Effect = FaultEffect.DelayOperation,
            Operation = "*",
            Delay = TimeSpan.FromMinutes(1),
        },
        // The others stay well, or no connect could ever succeed.
        new()
        {
            Effect = FaultEffect.RefuseSsh,
            Operation = "VirtualMachines_Update",
            Resource = "vm-0001",
        },
    ];

    private sealed record BoxUser(string Id, string PublicKey)
    {
        /// <summary>A user whose key has a public half alone: nobody logs in.</summary>
        public static BoxUser Stranger()
        {
            byte[] blob = [0, 0, 0, 11, .. "ssh-ed25519"u8, 0, 0, 0, 32, .. RandomNumberGenerator.GetBytes(32)];
            return new BoxUser(Convert.ToHexStringLower(SHA256.HashData(blob))[..32], "ssh-ed25519 " + Convert.ToBase64String(blob));
        }
    }

    /// <summary>What somebody does: its kind and its detail are numbers, so that a seed is one program.</summary>
    private sealed record Act(BoxUser User, string Box, int Kind, int Detail);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>One program; another with SHELLBOX_LIFE_SEED.</summary>
    [Fact]
    public async Task Whatever_users_do_and_whatever_fails_no_box_is_lost_and_everything_settles()
    {
        var seed = int.Parse(Environment.GetEnvironmentVariable("SHELLBOX_LIFE_SEED") ?? "1", CultureInfo.InvariantCulture);
        await using var cloud = await TestCloud
            .With(azurite)
            .Instances(Instances)
            .BareInstances()
            .Boxes(Boxes[..Adopted])
            .BlankVolumes(Blanks)
            .Setting("Shellbox:Connect:Deadline", "00:00:15")
            .Setting("Shellbox:Connect:DiskTimeout", "00:00:02")
            .Setting("Shellbox:Connect:BootTimeout", "00:00:02")
            .Setting("Shellbox:Connect:ReleaseDeadline", "00:00:15")
            .Setting("Shellbox:Connect:Hold", "00:00:01")
            .Setting("Shellbox:Reconcile:AgeGuard", "00:00:00")
            .StartAsync();
        var random = new Random(seed);
        BoxUser[] users = [new(cloud.User.Id, cloud.User.PublicKey), BoxUser.Stranger()];
        var log = new ConcurrentQueue<string>();
        var deleted = new ConcurrentDictionary<BoxKey, bool>();
        try
        {
            for (var n = 0; n < Actions; n++)
            {
                // Some at once: the decisions are drawn first, so that a seed is one program.
                var acts = Enumerable
                    .Range(0, random.Next(1, 4))
                    .Select(_ => new Act(users[random.Next(4) / 3], Boxes[random.Next(Boxes.Length)], random.Next(20), random.Next(1000)))
                    .ToList();
                if (acts.Exists(a => a.Kind is 14))
                    acts = [acts.Find(a => a.Kind is 14)!];
                await Task.WhenAll(acts.Select(a => DoAsync(cloud, a, deleted, log)));
                await CheckAsync(cloud);
            }

            await SettleAsync(cloud);
            await CheckAsync(cloud);
            await ConnectEachAsync(cloud, users, deleted);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            Assert.Fail($"Seed {seed}: {e.Message}\nafter:\n{string.Join('\n', log)}\n{e.StackTrace}");
        }
    }

    private static async Task DoAsync(TestCloud cloud, Act act, ConcurrentDictionary<BoxKey, bool> deleted, ConcurrentQueue<string> log)
    {
        var (user, box, kind, detail) = act;
        var key = new BoxKey(user.Id, box);
        var path = $"api/users/{user.Id}/boxes/{box}";
        switch (kind)
        {
            case < 6:
                await SendAsync(
                    $"connect {box}",
                    () => cloud.Http.PostAsJsonAsync(path + "/connect", new { publicKey = user.PublicKey }, Cancel)
                );
                break;
            case < 9:
                double? hold = (detail % 3) switch
                {
                    0 => 0,
                    1 => 0.3,
                    _ => null,
                };
                await SendAsync(
                    $"disconnect {box}, hold {hold}",
                    () => cloud.Http.PostAsJsonAsync(path + "/disconnect", new { hold }, Cancel)
                );
                break;
            case 9:
                log.Enqueue($"prewarm {box}");
                await cloud.Queue("prewarm").SendMessageAsync($$"""{"kind":"box","userId":"{{user.Id}}","boxName":"{{box}}"}""", Cancel);
                break;
            case 10:
                if (await SendAsync($"create {box}", () => cloud.Http.PutAsJsonAsync(path, new { }, Cancel)) is HttpStatusCode.Created)
                    deleted.TryRemove(key, out _);
                break;
            case 11:
                deleted[key] = true;
                await SendAsync($"delete {box}", () => cloud.Http.DeleteAsync(path, Cancel));
                break;
            case 12 or 13:
                var fault = Faults[detail % Faults.Length];
                log.Enqueue($"fault: {fault.Effect} {fault.Operation}");
                cloud.Azure.Faults.Add(fault);
                break;
            case 14:
                log.Enqueue("the app is restarted");
                await cloud.RestartAsync();
                break;
            case 15:
                log.Enqueue("reconcile");
                await cloud.ReconcileAsync();
                break;
            case 16:
                await TerminateAsync(cloud, key, log);
                break;
            default:
                log.Enqueue($"time passes until {box} is at rest");
                await Wait.UntilAsync(
                    () => StateAsync(cloud, key),
                    s => s is not ("connecting" or "releasing" or "deleting"),
                    $"{box} is at rest"
                );
                break;
        }

        async Task<HttpStatusCode> SendAsync(string what, Func<Task<HttpResponseMessage>> send)
        {
            using var response = await send();
            log.Enqueue($"{what}: {(int)response.StatusCode}");
            Assert.True(
                Answers.Contains(response.StatusCode),
                $"{what}: {(int)response.StatusCode} {await response.Content.ReadAsStringAsync(Cancel)}"
            );
            return response.StatusCode;
        }
    }

    private static async Task TerminateAsync(TestCloud cloud, BoxKey key, ConcurrentQueue<string> log)
    {
        if (await cloud.Get<BoxStore>().FindAsync(key, Cancel) is not { OperationId: { } operation } row)
            return;
        if ((await cloud.Client.GetInstanceAsync(operation, Cancel))?.IsCompleted is not false)
            return;
        log.Enqueue($"terminate {operation} of {key.BoxName}, which is {row.State}");
        try
        {
            await cloud.Client.TerminateInstanceAsync(operation, "by the test", Cancel);
        }
        catch (InvalidOperationException)
        {
            // It has ended in the meantime.
        }
    }

    private static async Task<string> StateAsync(TestCloud cloud, BoxKey key)
    {
        var row = await cloud.Get<BoxStore>().FindAsync(key, Cancel);

        // An operation that was terminated leaves its box as it is, until somebody connects or the reconciler comes.
        var over = row?.OperationId is { } operation && (await cloud.Client.GetInstanceAsync(operation, Cancel))?.IsCompleted is true;
        return row is null ? "none"
            : over ? "over"
            : row.State.ToString().ToLowerInvariant();
    }

    /// <summary>What must hold at any moment.</summary>
    private static async Task CheckAsync(TestCloud cloud)
    {
        var instances = await cloud.Get<InstanceStore>().ListAllAsync(Cancel).ToListAsync(Cancel);
        var claims = instances.Where(i => i.ClaimedBy is not null).Select(i => i.ClaimedBy!.Value).ToList();
        Assert.Equal(claims.Count, claims.Distinct().Count());

        var attached = instances.SelectMany(i => cloud.Azure.VisibleDisks(i.Id).Values).ToList();
        Assert.Equal(attached.Count, attached.Distinct(StringComparer.OrdinalIgnoreCase).Count());

        var owners = await cloud
            .Get<BoxStore>()
            .ListAllAsync(Cancel)
            .Where(b => b.State is not BoxState.Given)
            .Select(b => b.VolumeId)
            .ToListAsync(Cancel);
        Assert.Equal(owners.Count, owners.Distinct().Count());
    }

    private static async Task SettleAsync(TestCloud cloud)
    {
        cloud.Azure.Faults.Clear();
        await cloud.Azure.RefuseSshAsync("vm-0001", refuse: false, Cancel);
        await Wait.UntilAsync(
            async () =>
            {
                await cloud.ReconcileAsync();
                await cloud.SweepAsync();
                var rows = await cloud.Get<BoxStore>().ListAllAsync(Cancel).ToListAsync(Cancel);
                var unsettled = new List<string>();
                foreach (var row in rows.Where(b => b.State is not (BoxState.Stopped or BoxState.Running or BoxState.Held)))
                {
                    // The newest event comes first, and says what stands in the way.
                    unsettled.Add(
                        $"{row.Key.BoxName} {row.State}: "
                            + (await cloud.EventsAsync(row.Key))
                                .FirstOrDefault(e => e.Kind.EndsWith("-failed", StringComparison.Ordinal))
                                ?.Detail
                    );
                }

                return string.Join(", ", unsettled);
            },
            unsettled => unsettled.Length == 0,
            "every box is at rest"
        );
    }

    private static async Task ConnectEachAsync(TestCloud cloud, BoxUser[] users, ConcurrentDictionary<BoxKey, bool> deleted)
    {
        var left = new List<(BoxUser User, string Path)>();
        foreach (var user in users)
        {
            foreach (var box in Boxes)
            {
                var key = new BoxKey(user.Id, box);
                var there = await cloud.Get<BoxStore>().FindAsync(key, Cancel) is not null;
                Assert.True(
                    there || deleted.ContainsKey(key) || user != users[0] || Array.IndexOf(Boxes, box) >= Adopted,
                    $"{box} is lost"
                );
                if (!there)
                    continue;
                var path = $"api/users/{user.Id}/boxes/{box}";
                await EndAsync(path);
                left.Add((user, path));
            }
        }

        foreach (var (user, path) in left)
        {
            var connected = await cloud.Http.PostAsJsonAsync(path + "/connect?wait=200", new { publicKey = user.PublicKey }, Cancel);
            Assert.True(connected.StatusCode is HttpStatusCode.OK, $"{path}: {await connected.Content.ReadAsStringAsync(Cancel)}");
            await EndAsync(path);
        }

        async Task EndAsync(string path)
        {
            var ended = await cloud.Http.PostAsJsonAsync(path + "/disconnect?wait=200", new { hold = 0 }, Cancel);
            var body = await ended.Content.ReadAsStringAsync(Cancel);
            Assert.True(ended.StatusCode is HttpStatusCode.OK && (string)JsonNode.Parse(body)!["state"]! is "stopped", $"{path}: {body}");
        }

        // Nothing is left: no disk on an instance that is free, no claim without a box.
        await foreach (var instance in cloud.Get<InstanceStore>().ListAllAsync(Cancel))
        {
            Assert.True(
                instance.State is InstanceState.Free or InstanceState.Quarantined,
                $"{instance.Id} is {instance.State}, claimed by {instance.ClaimedBy}"
            );
            var disks = await cloud.Get<ComputeInstances>().GetDataDisksAsync(instance.ResourceId, Cancel);
            Assert.True(disks.Count == 0, $"{instance.Id} is {instance.State} and has {string.Join(", ", disks)}");
        }
    }
}
