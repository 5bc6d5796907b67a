using System.Net;
using System.Text.Json.Nodes;
using Shellbox.Activities.Connect;
using Shellbox.Activities.Operations;
using Shellbox.Activities.State;
using Shellbox.Tests.Fixtures;
using Xunit;

namespace Shellbox.Tests.Creation;

/// <summary>New boxes: from a blank one that stands ready, and from a blank volume.</summary>
public sealed class CreateBoxTests(AzuriteFixture azurite, GuestImageFixture guest)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_blank_box_that_stands_ready_becomes_the_users_and_answers_hot_under_its_new_name_even_when_it_was_given_by_half()
    {
        await using var cloud = await TestCloud.With(azurite).Guest(guest).Instances(2).NoBoxes().BlankVolumes(2).StartAsync();
        var starter = cloud.Get<Shellbox.Functions.Connect.ConnectStarter>();
        foreach (var volume in new[] { "blank-1", "blank-2" })
        {
            var blank = await BoxInState.TakeBlankAsync(cloud, volume);
            await starter.PrewarmAsync(cloud.Client, blank, TimeSpan.FromHours(1), Cancel);
            await Wait.UntilAsync(
                () => cloud.Get<BoxStore>().FindAsync(blank, Cancel),
                b => b!.State is BoxState.Held,
                "the blank box is held"
            );
        }

        var created = await BoxOfAsync(HttpStatusCode.Created, await cloud.PutAsync("new"));
        Assert.Equal(("held", "new", 0), ((string)created["state"]!, (string)created["boxName"]!, (int)created["sessions"]!));
        var hot = await cloud.ConnectAsync("new", expectedTier: "hot");
        Assert.Equal("new\n", await cloud.SshAsync(hot["endpoint"]!, "hostname"));
        Assert.Equal((string)created["instanceId"]!, (string)hot["instanceId"]!);

        // The other one: its giver dies as soon as the box is the user's, and the user comes.
        var boxes = cloud.Get<BoxStore>();
        var (other, key) = ((await boxes.FindHeldBlanksAsync(Cancel)).Single(), cloud.Key("second"));
        Assert.NotNull(await boxes.TryAddAssignedAsync((await boxes.TryAssignAsync(other, key, "put-dead", Cancel))!, Cancel));
        var second = await cloud.ConnectAsync("second", expectedTier: "hot");
        Assert.Equal("second\n", await cloud.SshAsync(second["endpoint"]!, "hostname"));
        Assert.NotEqual((string)hot["endpoint"]!["hostKey"]!, (string)second["endpoint"]!["hostKey"]!);

        await cloud.SweepAsync();
        Assert.Empty(await boxes.ListBlanksAsync(Cancel).ToListAsync(Cancel));
        foreach (var box in new[] { "new", "second" })
        {
            await AssertWholeAsync(cloud, cloud.Key(box));
            Assert.Equal("stopped", (string)(await cloud.DisconnectAsync(box))["state"]!);
        }

        Assert.Equal(2, (int)(await cloud.GetAsync("api/pool"))["instances"]!["free"]!);
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(3, false)]
    [InlineData(4, false)]
    [InlineData(1, true)]
    [InlineData(2, true)]
    [InlineData(3, true)]
    [InlineData(4, true)]
    public async Task A_giving_that_was_cut_short_after_any_step_is_completed_by_the_same_request_or_by_the_sweep(int steps, bool sweep)
    {
        await using var cloud = await TestCloud.With(azurite).NoBoxes().BlankVolumes(1).TimeScale(1000).StartAsync();
        var (boxes, key) = (cloud.Get<BoxStore>(), cloud.Key("new"));
        var blank = await BoxInState.HeldBlankAsync(cloud, "blank-1");

        var given = (await boxes.TryAssignAsync(blank.Key, key, "put-dead", Cancel))!;
        if (steps > 1)
            await boxes.TryAddAssignedAsync(given, Cancel);
        if (steps > 2)
            await cloud.Get<VolumeStore>().TryGiveAsync("blank-1", blank.Key, key, given.Epoch.Next, Cancel);
        if (steps > 3)
            await cloud
                .Get<InstanceStore>()
                .TryGiveAsync(blank.InstanceId!, blank.Key, new BoxOperation(key, "put-dead", given.Epoch.Next), Cancel);

        if (sweep)
            await cloud.SweepAsync();
        else
            await BoxOfAsync(HttpStatusCode.Created, await cloud.PutAsync("new"));

        Assert.Null(await boxes.FindAsync(blank.Key, Cancel));
        var box = await AssertWholeAsync(cloud, key);
        Assert.Equal((BoxState.Held, blank.InstanceId), (box.State, box.InstanceId));
        await BoxOfAsync(HttpStatusCode.OK, await cloud.PutAsync("new"));

        // Somebody sees to its hold: the operation that the row names is under way.
        Assert.False((await cloud.Client.GetInstanceAsync(box.OperationId!, Cancel))!.IsCompleted);
    }

    [Fact]
    public async Task Two_requests_for_one_box_make_one_and_two_users_do_not_get_the_same_blank_box()
    {
        await using var cloud = await TestCloud.With(azurite).Instances(3).NoBoxes().BlankVolumes(5).TimeScale(1000).StartAsync();
        for (var n = 1; n <= 3; n++)
            await BoxInState.HeldBlankAsync(cloud, $"blank-{n}");

        var answers = await Task.WhenAll(
            cloud.PutAsync("one"),
            cloud.PutAsync("one"),
            cloud.PutAsync("two"),
            cloud.PutAsync("three"),
            cloud.PutAsync("four")
        );

        Assert.All(answers, a => Assert.True(a.IsSuccessStatusCode, a.StatusCode.ToString()));
        var rows = new List<BoxRow>();
        foreach (var name in new[] { "one", "two", "three", "four" })
            rows.Add(await AssertWholeAsync(cloud, cloud.Key(name)));
        Assert.Equal(4, rows.Select(r => r.VolumeId).Distinct().Count());

        // What one of the two took in vain goes back to the pool; nothing stays promised.
        var blanks = await Wait.UntilAsync(
            async () => await cloud.Get<BoxStore>().ListBlanksAsync(Cancel).ToListAsync(Cancel),
            all => all.All(b => b.State is BoxState.Held or BoxState.Stopped),
            "every other blank box is held or released"
        );
        var held = rows.Concat(blanks).Where(b => b.InstanceId is not null).ToList();
        Assert.Equal(held.Count, held.Select(b => b.InstanceId).Distinct().Count());
        Assert.Equal(3 - held.Count, (int)(await cloud.GetAsync("api/pool"))["instances"]!["free"]!);
    }

    [Fact]
    public async Task Without_a_box_that_stands_ready_a_blank_volume_is_taken_and_asking_again_finds_the_box()
    {
        await using var cloud = await TestCloud.With(azurite).Instances(0).NoBoxes().BlankVolumes(3).TimeScale(1000).StartAsync();

        var created = await cloud.PutAsync("new");
        var box = await BoxOfAsync(HttpStatusCode.Created, created);
        Assert.EndsWith($"api/users/{cloud.User.Id}/boxes/new", created.Headers.Location!.ToString(), StringComparison.Ordinal);
        Assert.Equal("stopped", (string)box["state"]!);
        await AssertWholeAsync(cloud, cloud.Key("new"));

        var again = await BoxOfAsync(HttpStatusCode.OK, await cloud.PutAsync("new"));
        await BoxOfAsync(HttpStatusCode.OK, await cloud.PutAsync("new", new { volumeId = (string)box["volumeId"]! }));
        Assert.True(JsonNode.DeepEquals(box, again));
        await TestCloud.RefusedAsync(409, "other-volume", cloud.PutAsync("new", new { volumeId = "blank-9" }));

        var free = (await cloud.Get<VolumeStore>().FindBlankAsync(Cancel))[0];
        await BoxOfAsync(HttpStatusCode.Created, await cloud.PutAsync("named", new { volumeId = free }));
        Assert.Equal(free, (await AssertWholeAsync(cloud, cloud.Key("named"))).VolumeId);
        await TestCloud.RefusedAsync(404, "volume-not-found", cloud.PutAsync("other", new { volumeId = free }));
        await TestCloud.RefusedAsync(400, "invalid-request", cloud.PutAsync("other", new { volumeId = "../x" }));

        await BoxOfAsync(HttpStatusCode.Created, await cloud.PutAsync("last"));
        await TestCloud.RefusedAsync(503, "no-blank-volume", cloud.PutAsync("other"));
        Assert.Null(await cloud.Get<BoxStore>().FindAsync(cloud.Key("other"), Cancel));
        Assert.Contains(await cloud.EventsAsync(cloud.Key("new")), e => e.Kind == "box-created");
    }

    [Fact]
    public async Task A_box_that_was_registered_and_has_no_volume_yet_gets_one_by_the_same_request_or_by_a_connect()
    {
        await using var cloud = await TestCloud.With(azurite).Instances(0).NoBoxes().BlankVolumes(3).TimeScale(1000).StartAsync();
        var (boxes, volumes) = (cloud.Get<BoxStore>(), cloud.Get<VolumeStore>());
        await boxes.TryAddReservedAsync(cloud.Key("retried"), "blank-1", Epoch.None, Cancel);
        await boxes.TryAddReservedAsync(cloud.Key("raced"), "blank-2", Epoch.None, Cancel);
        await volumes.TryTakeBlankAsync("blank-2", new BoxKey(new string('a', 32), "faster"), Cancel);
        await boxes.TryAddReservedAsync(cloud.Key("connected"), "blank-3", Epoch.None, Cancel);

        var decision = await boxes.DecideConnectAsync(cloud.Key("connected"), new ConnectCommand("op", "s"), Cancel);
        var found = await cloud
            .Activity<LookUpVolume>()
            .RunAsync(new BoxOperation(cloud.User.Id, "connected", "op", decision.Epoch), Cancel);
        Assert.Equal("blank-3", found.VolumeId);

        await BoxOfAsync(HttpStatusCode.Created, await cloud.PutAsync("retried"));
        Assert.Equal("blank-1", (await AssertWholeAsync(cloud, cloud.Key("retried"))).VolumeId);
        await TestCloud.RefusedAsync(503, "no-blank-volume", cloud.PutAsync("raced"));
        Assert.Null(await boxes.FindAsync(cloud.Key("raced"), Cancel));
    }

    [Theory]
    [InlineData(BoxState.Stopped)]
    [InlineData(BoxState.Connecting)]
    [InlineData(BoxState.Running)]
    [InlineData(BoxState.Held)]
    [InlineData(BoxState.Releasing)]
    [InlineData(BoxState.Attached)]
    public async Task In_every_state_a_create_finds_the_box_and_a_connect_gets_it(BoxState state)
    {
        await using var cloud = await TestCloud.With(azurite).BareInstances().TimeScale(1000).StartAsync();
        var before = await BoxInState.BringAsync(cloud, cloud.Key(), state);

        var found = await BoxOfAsync(HttpStatusCode.OK, await cloud.PutAsync("dev33"));
        await BoxOfAsync(HttpStatusCode.OK, await cloud.PutAsync("dev33", new { volumeId = "vol-dev33" }));
        await TestCloud.RefusedAsync(409, "other-volume", cloud.PutAsync("dev33", new { volumeId = "vol-other" }));

        Assert.Equal((state.ToString().ToLowerInvariant(), before.Epoch.Value), ((string)found["state"]!, (long)found["epoch"]!));
        var connected = await cloud.ConnectAsync(expectedTier: state is BoxState.Stopped ? "cold" : "warm");
        Assert.Equal((string)connected["operationId"]!, (string)(await cloud.ShowBoxAsync())["operationId"]!);
        Assert.Equal("running", (string)(await cloud.ShowBoxAsync())["state"]!);
    }

    [Fact]
    public async Task A_user_gets_no_more_boxes_than_the_quota_and_runs_no_more_than_its_own()
    {
        await using var cloud = await TestCloud
            .With(azurite)
            .Instances(4)
            .Boxes("first", "second", "third")
            .BlankVolumes(2)
            .TimeScale(1000)
            .Setting("Shellbox:Quota:Boxes", "4")
            .Setting("Shellbox:Quota:RunningBoxes", "2")
            .StartAsync();
        await BoxInState.BringAsync(cloud, cloud.Key("first"), BoxState.Running);
        await BoxInState.BringAsync(cloud, cloud.Key("second"), BoxState.Held);
        await BoxInState.HeldBlankAsync(cloud, "blank-1");

        var refused = await TestCloud.RefusedAsync(429, "running-box-quota", cloud.PostConnectAsync("third"));
        Assert.Contains("first, second", refused, StringComparison.Ordinal);
        Assert.Equal("stopped", (string)(await cloud.ShowBoxAsync("third"))["state"]!);

        // One more in memory would be too many: it is made of a volume.
        Assert.Equal("stopped", (string)(await BoxOfAsync(HttpStatusCode.Created, await cloud.PutAsync("fourth")))["state"]!);
        await TestCloud.RefusedAsync(403, "box-quota", cloud.PutAsync("fifth"));
        await BoxOfAsync(HttpStatusCode.OK, await cloud.PutAsync("fourth"));

        // Those that have a place keep it, and one that leaves makes room.
        Assert.Equal(HttpStatusCode.Accepted, (await cloud.PostConnectAsync("second")).StatusCode);
        await cloud.DisconnectAsync("first");
        Assert.Equal(HttpStatusCode.Accepted, (await cloud.PostConnectAsync("third")).StatusCode);
    }

    [Fact]
    public async Task Of_creates_that_come_at_once_as_many_succeed_as_the_quota_allows_and_the_others_leave_nothing()
    {
        // A blank volume for each: those that are promised to others at the moment would be none.
        await using var cloud = await TestCloud
            .With(azurite)
            .Instances(3)
            .BareInstances()
            .Boxes("first")
            .BlankVolumes(15)
            .TimeScale(1000)
            .Setting("Shellbox:Quota:Boxes", "5")
            .Setting("Shellbox:Quota:RunningBoxes", "1")
            .StartAsync();
        var (boxes, volumes) = (cloud.Get<BoxStore>(), cloud.Get<VolumeStore>());
        for (var n = 1; n <= 3; n++)
            await BoxInState.HeldBlankAsync(cloud, $"blank-{n}");

        var answers = await Task.WhenAll(Enumerable.Range(1, 12).Select(n => cloud.PutAsync($"box-{n}")));

        Assert.Equal(
            [.. Enumerable.Repeat(HttpStatusCode.Created, 4), .. Enumerable.Repeat(HttpStatusCode.Forbidden, 8)],
            answers.Select(a => a.StatusCode).Order()
        );
        foreach (var refused in answers.Where(a => a.StatusCode is HttpStatusCode.Forbidden))
            await TestCloud.RefusedAsync(403, "box-quota", Task.FromResult(refused));
        var mine = await boxes.ListAsync(cloud.User.Id, Cancel).ToListAsync(Cancel);
        Assert.Equal(5, mine.Count);
        Assert.Equal(1, mine.Count(b => b.CountsTowardQuota));
        foreach (var box in mine.Where(b => b.RowKey != "first"))
            await AssertWholeAsync(cloud, box.Key);
        Assert.Equal(
            mine.Select(b => b.VolumeId).Order(),
            (await volumes.ListAllAsync(Cancel).Where(v => v.UserId == cloud.User.Id).ToListAsync(Cancel)).Select(v => v.Id).Order()
        );

        // Of the three blank boxes one was given; those that were promised in vain are the pool's again.
        await Wait.UntilAsync(
            async () => await boxes.ListBlanksAsync(Cancel).Select(b => b.State).ToListAsync(Cancel),
            blanks => blanks.Count == 2 && blanks.TrueForAll(b => b is BoxState.Held or BoxState.Stopped),
            "two blank boxes are the pool's"
        );
        Assert.Equal(15 - 3 - 3, await volumes.CountBlankAsync(Cancel));
    }

    [Fact]
    public async Task Of_connects_that_come_at_once_as_many_are_admitted_as_the_quota_allows_and_the_others_change_nothing()
    {
        string[] names = [.. Enumerable.Range(1, 8).Select(n => $"box-{n}")];
        await using var cloud = await TestCloud
            .With(azurite)
            .Instances(4)
            .BareInstances()
            .Boxes(names)
            .TimeScale(1000)
            .Setting("Shellbox:Quota:RunningBoxes", "2")
            .StartAsync();

        var answers = await Task.WhenAll(names.Select(n => cloud.PostConnectAsync(n)));

        Assert.Equal(
            [.. Enumerable.Repeat(HttpStatusCode.Accepted, 2), .. Enumerable.Repeat(HttpStatusCode.TooManyRequests, 6)],
            answers.Select(a => a.StatusCode).Order()
        );
        var admitted = names.Zip(answers).Where(a => a.Second.StatusCode is HttpStatusCode.Accepted).Select(a => a.First).ToList();
        foreach (var (name, answer) in names.Zip(answers))
        {
            var box = (await cloud.Get<BoxStore>().FindAsync(cloud.Key(name), Cancel))!;
            Assert.Equal(admitted.Contains(name), box.CountsTowardQuota);
            if (box.CountsTowardQuota)
                continue;
            Assert.Equal((BoxState.Stopped, 0, null), (box.State, box.Sessions.Count, box.OperationId));
            var detail = await TestCloud.RefusedAsync(429, "running-box-quota", Task.FromResult(answer));
            Assert.All(admitted, a => Assert.Contains(a, detail, StringComparison.Ordinal));
        }

        await Wait.UntilAsync(
            () => cloud.GetAsync($"api/users/{cloud.User.Id}/boxes"),
            list => list["boxes"]!.AsArray().Count(b => (string)b!["state"]! == "running") == 2,
            "the two that were admitted run"
        );
    }

    /// <summary>The tables agree that the box, its volume and its instance are the user's.</summary>
    private static async Task<BoxRow> AssertWholeAsync(TestCloud cloud, BoxKey key)
    {
        var box = await cloud.Get<BoxStore>().FindAsync(key, Cancel);
        Assert.NotNull(box);
        var volume = await cloud.Get<VolumeStore>().FindAsync(box.VolumeId, Cancel);
        Assert.Equal((VolumeState.Owned, key), (volume!.State, volume.Owner));
        Assert.False(box.VolumeReserved);
        if (box.InstanceId is { } instanceId)
            Assert.Equal(key, (await cloud.Get<InstanceStore>().FindAsync(instanceId, Cancel))!.ClaimedBy);
        return box;
    }

    private static async Task<JsonNode> BoxOfAsync(HttpStatusCode status, HttpResponseMessage response)
    {
        var body = await response.Content.ReadAsStringAsync(Cancel);
        Assert.True(response.StatusCode == status, $"{response.StatusCode}: {body}");
        return JsonNode.Parse(body)!;
    }
}
