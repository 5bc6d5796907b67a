using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Shellbox.Activities.State;
using Shellbox.Tests.Fixtures;
using Xunit;

namespace Shellbox.Tests.Resilience;

/// <summary>
/// Host and worker are killed again and again, at random instants, while boxes are connected and released. What is looked at afterwards is
/// written by others than the app: Durable's own record of the operations that were accepted, the disks of the simulated Azure, and what
/// the instances have noted of each guest that they started.
/// </summary>
public sealed class CrashTests(AzuriteFixture azurite)
{
    private static readonly int Kills = Environment.GetEnvironmentVariable("SHELLBOX_TESTS_LONG") is { Length: > 0 } ? 200 : 20;

    private const int AnswersBeforeAKill = 3;

    private static readonly string[] Boxes =
    [
        .. Enumerable.Range(1, 12).Select(n => string.Create(CultureInfo.InvariantCulture, $"box{n}")),
    ];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact, Trait(DurableProvider.Trait, DurableProvider.AzureStorage)]
    public async Task Nothing_accepted_is_lost_and_no_guest_is_started_twice_when_host_and_worker_are_killed_under_connects()
    {
        await using var cloud = await TestCloud
            .With(azurite)
            .Instances(Boxes.Length)
            .BareInstances()
            .Boxes(Boxes)
            .HostInOwnProcess()
            .Setting("Shellbox:Reconcile:AgeGuard", "00:00:00")
            .Setting("Shellbox:Quota:RunningBoxes", "100")
            .StartAsync();
        var accepted = new ConcurrentDictionary<string, string>();
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var answers = 0;
        var users = Boxes
            .Select(box => ComeAndGoAsync(cloud, box, accepted, () => Interlocked.Increment(ref answers), enough.Token))
            .ToList();
        var random = new Random(1);
        for (var kill = 0; kill < Kills; kill++)
        {
            // It has begun to work: how long that takes is up to the machine.
            var before = answers;
            await Wait.UntilAsync(() => answers, seen => seen >= before + AnswersBeforeAKill, "requests are answered");
            await Task.Delay(random.Next(2000), Cancel);
            await cloud.KillAndRestartAsync();
        }

        // On Azure Storage an operation that was under way is out of reach for a minute after each kill: a box may have got no further than
        // its first one.
        await Wait.UntilAsync(() => accepted.Count, seen => seen >= Boxes.Length / 2, "operations were accepted");
        await enough.CancelAsync();
        await Task.WhenAll(users);

        foreach (var (operation, what) in accepted)
        {
            await Wait.UntilAsync(
                () => cloud.GetStatusAsync($"runtime/webhooks/durabletask/instances/{operation}?code={TestCloud.AdminKey}"),
                s => (string?)s["runtimeStatus"] is "Completed" or "Failed" or "Terminated",
                $"{what}, which was accepted, has ended"
            );
        }

        await cloud.ReconcileAsync();
        await Task.WhenAll(
            Boxes.Select(async box =>
            {
                await cloud.ConnectAsync(box);
                Assert.Equal("running", (string)(await cloud.ShowBoxAsync(box))["state"]!);
            })
        );
        var claims = await cloud.Get<InstanceStore>().ListAllAsync(Cancel).Where(i => i.ClaimedBy is not null).ToListAsync(Cancel);
        Assert.Equal(Boxes.Order(), claims.Select(i => i.ClaimedBy!.Value.BoxName).Order());
        foreach (var claim in claims)
            Assert.Equal("vol-" + claim.ClaimedBy!.Value.BoxName, Assert.Single(cloud.Azure.VisibleDisks(claim.Id).Values));

        // A placement has an epoch of its own, and its guest is started once.
        var starts = cloud.GuestStarts();
        Assert.Equal(starts.Distinct(), starts);
    }

    private static async Task ComeAndGoAsync(
        TestCloud cloud,
        string box,
        ConcurrentDictionary<string, string> accepted,
        Action answered,
        CancellationToken enough
    )
    {
        var random = new Random(box[^1]);
        var path = $"api/users/{cloud.User.Id}/boxes/{box}";
        for (var round = 0; !enough.IsCancellationRequested; round++)
        {
            try
            {
                using var answer =
                    round % 2 == 0
                        ? await cloud.Http.PostAsJsonAsync(path + "/connect", new { publicKey = cloud.User.PublicKey }, enough)
                        : await cloud.Http.PostAsJsonAsync(path + "/disconnect", new { hold = round % 4 == 1 ? 0 : 1 }, enough);
                answered();
                if (answer.StatusCode is HttpStatusCode.Accepted)
                {
                    var payload = JsonNode.Parse(await answer.Content.ReadAsStringAsync(enough))!;
                    accepted[(string)payload["id"]!] = $"{(round % 2 == 0 ? "connect" : "disconnect")} of {box}";
                }

                await Task.Delay(random.Next(100, 1500), enough);
            }
            catch (Exception e) when (e is HttpRequestException or OperationCanceledException or ObjectDisposedException)
            {
                // Nobody is there just now, or it is enough. Whether the request got through is not known, as for any client.
                await Task.WhenAny(Task.Delay(TimeSpan.FromMilliseconds(100), enough));
            }
        }
    }
}
