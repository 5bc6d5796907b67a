using Microsoft.Extensions.Time.Testing;
using Shellbox.Activities.Sessions;
using Shellbox.Activities.State;
using Shellbox.AzureSimulator.Faults;
using Shellbox.Cli;
using Shellbox.Cli.Commands;
using Shellbox.Tests.Fixtures;
using Xunit;
using static Shellbox.Cli.ExitCode;

namespace Shellbox.Tests.Cli.Commands;

/// <summary>The command against the real app. No guest boots here.</summary>
public sealed class AppTests(AzuriteFixture azurite)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Boxes_and_their_states_are_shown_to_people_and_to_programs()
    {
        await using var cloud = await TestCloud.With(azurite).Instances(0).Boxes("dev33", "a-second-box").StartAsync();
        using var user = CommandUser.Of(cloud);

        Assert.Equal(
            """
            BOX           STATE    INSTANCE  SESSIONS  LAST USED
            a-second-box  stopped  -         0         never
            dev33         stopped  -         0         never

            """,
            (await user.RunAsync("boxes")).EndedWith(Ok).Output
        );
        Assert.Equal(
            ["a-second-box", "dev33"],
            (await user.RunAsync("boxes", "--json")).EndedWith(Ok).Json()["boxes"]!.AsArray().Select(b => (string)b!["boxName"]!).Order()
        );

        (await user.RunAsync("status", "dev33"))
            .EndedWith(Ok)
            .Shows(@"state      stopped for \d+ s: its volume is detached", "volume     vol-dev33");
        Assert.Equal("stopped", (string)(await user.RunAsync("status", "dev33", "--json")).EndedWith(Ok).Json()["state"]!);

        Assert.Equal("dev33 was stopped already.\n", (await user.RunAsync("disconnect", "dev33")).EndedWith(Ok).Output);
        Assert.Equal("stopped", (string)(await user.RunAsync("disconnect", "dev33", "--json")).EndedWith(Ok).Json()["state"]!);
    }

    [Fact]
    public async Task A_user_without_boxes_is_told_so_and_a_program_gets_an_empty_list()
    {
        await using var cloud = await TestCloud.With(azurite).Instances(0).NoBoxes().StartAsync();
        using var user = CommandUser.Of(cloud);

        Assert.Equal("You have no boxes.\n", (await user.RunAsync("boxes")).EndedWith(Ok).Output);
        Assert.Empty((await user.RunAsync("boxes", "--json")).EndedWith(Ok).Json()["boxes"]!.AsArray());
    }

    [Fact]
    public async Task Status_shows_the_app_its_pool_and_the_last_reconciliation()
    {
        await using var cloud = await TestCloud
            .With(azurite)
            .Instances(1)
            .Boxes("dev33", "Not_A_Name")
            .Setting("Shellbox:Reconcile:AgeGuard", "00:00:00")
            .StartAsync();
        using var user = CommandUser.Of(cloud);

        (await user.RunAsync("status"))
            .EndedWith(Ok)
            .Shows(@"instances       1 \(1 free, 0 claimed, 0 quarantined\)", @"reconciliation  not shown.*--admin-key\)");

        string[] asAdmin = ["status", "--admin-key", TestCloud.AdminKey];
        (await user.RunAsync(asAdmin)).EndedWith(Ok).Shows("reconciliation  none has ended yet");
        Assert.Null((await user.RunAsync([.. asAdmin, "--json"])).EndedWith(Ok).Json()["reconciliation"]);

        await cloud.ReconcileAsync();

        (await user.RunAsync(asAdmin))
            .EndedWith(Ok)
            .Shows(@"reconciliation  (just now|\d+ s ago): 3 resources, \d findings?", " +unknown-volume, reported: vol-Not_A_Name: .*");
        var document = (await user.RunAsync([.. asAdmin, "--json"])).EndedWith(Ok).Json();
        Assert.NotEmpty(document["reconciliation"]!["findings"]!.AsArray());
        Assert.Equal(1, (int)document["pool"]!["instances"]!["free"]!);
    }

    [Fact]
    public async Task A_box_is_created_and_deleted_and_what_is_refused_is_said()
    {
        await using var cloud = await TestCloud
            .With(azurite)
            .Instances(0)
            .Boxes("dev33")
            .BlankVolumes(1)
            .TimeScale(1000)
            .Setting("Shellbox:Quota:Boxes", "2")
            .StartAsync();
        using var user = CommandUser.Of(cloud);

        Assert.Equal(
            "new is created: './shellbox connect new' opens a shell in it.\n",
            (await user.RunAsync("create", "new")).EndedWith(Ok).Output
        );
        Assert.Equal("new exists already; it is stopped.\n", (await user.RunAsync("create", "new")).EndedWith(Ok).Output);
        Assert.Equal("blank-1", (string)(await user.RunAsync("create", "new", "--json")).EndedWith(Ok).Json()["volumeId"]!);
        Assert.Contains(
            "exists with the volume blank-1",
            (await user.RunAsync("create", "new", "--volume", "other")).EndedWith(Failed).Sentence(),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "You have 2 boxes",
            (await user.RunAsync("create", "third")).EndedWith(Failed).Sentence(),
            StringComparison.Ordinal
        );

        Assert.Contains("--yes", (await user.RunAsync("delete", "new")).EndedWith(Usage).Sentence(), StringComparison.Ordinal);
        (await user.RunAsync("status", "new")).EndedWith(Ok);
        (await user.RunAsync("delete", "new", "--yes")).EndedWith(Ok).Shows("new is deleted, and its volume with it, after .*");
        (await user.RunAsync("delete", "new", "--yes")).EndedWith(NotFound);
        Assert.Equal("deleted", (string)(await user.RunAsync("delete", "dev33", "--yes", "--json")).EndedWith(Ok).Json()["state"]!);
        Assert.Contains(
            "no blank volume left",
            (await user.RunAsync("create", "new")).EndedWith(Failed).Sentence(),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_session_says_that_it_is_alive_every_third_of_its_expiry_until_it_is_over()
    {
        await using var cloud = await TestCloud.With(azurite).TimeScale(1000).StartAsync();
        await BoxInState.BringAsync(cloud, cloud.Key(), BoxState.Running, "session");
        var time = new FakeTimeProvider();
        using var client = ApiClient.Create(cloud.Http.BaseAddress!, TestCloud.FunctionKey, null, time);
        var outcome = new ConnectOutcome(null!, default, "session", TimeSpan.FromMinutes(3));
        Assert.Null(SessionHeartbeat.Start(client, cloud.Key(), outcome with { SessionExpiry = null }, time));

        await using (SessionHeartbeat.Start(client, cloud.Key(), outcome, time))
        {
            var first = await Wait.UntilAsync(SessionAsync, s => s!.Beats, "the first heartbeat comes at once");
            await Wait.UntilAsync(
                () =>
                {
                    time.Advance(TimeSpan.FromMinutes(1));
                    return SessionAsync();
                },
                s => s!.LastSeen > first!.LastSeen,
                "a second one follows"
            );
            await cloud.DisconnectAsync();
            time.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.Null(await SessionAsync());

        async Task<BoxSession?> SessionAsync() => (await cloud.Get<BoxStore>().FindAsync(cloud.Key(), Cancel))!.Sessions.SingleOrDefault();
    }

    [Fact]
    public async Task The_pool_is_shown_paused_resumed_and_accounted_for()
    {
        await using var cloud = await TestCloud.With(azurite).Instances(1).NoBoxes().StartAsync();
        using var user = CommandUser.Of(cloud);
        string[] admin = ["--admin-key", TestCloud.AdminKey];

        (await user.RunAsync("pool"))
            .EndedWith(Ok)
            .Shows(@"instances    1 \(1 free, .*", "growth       Growth is off: no instance template is configured.");
        (await user.RunAsync("pool", "pause")).EndedWith(NotAuthorised);
        (await user.RunAsync(["pool", "pause", "--reason", "a look at it", .. admin])).EndedWith(Ok).Shows("The pool is paused.*");
        (await user.RunAsync("pool")).EndedWith(Ok).Shows(@"paused       (just now|\d+ s ago): a look at it");
        (await user.RunAsync(["pool", "resume", .. admin])).EndedWith(Ok).Shows("The pool goes on.");
        Assert.Null((await user.RunAsync("pool", "--json")).EndedWith(Ok).Json()["paused"]);
        (await user.RunAsync("pool", "cost")).EndedWith(Ok).Shows("INSTANCE-HOURS: none were counted yet");
        (await user.RunAsync("pool", "cost", "--days", "0")).EndedWith(Usage);
        Assert.Empty((await user.RunAsync("pool", "cost", "--days", "2", "--json")).EndedWith(Ok).Json()["days"]!.AsArray());
    }

    [Fact]
    public async Task A_box_that_is_not_there_ends_with_3_and_a_wrong_key_with_5()
    {
        await using var cloud = await TestCloud.With(azurite).Instances(0).StartAsync();
        using var user = CommandUser.Of(cloud);

        foreach (var command in new[] { "connect", "disconnect", "status" })
        {
            var unknown = (await user.RunAsync(command, "other", "--json")).EndedWith(NotFound);
            Assert.Equal("You have no box of that name; './shellbox boxes' lists yours.", unknown.Sentence());
            Assert.Empty(unknown.Output);

            var refused = (await user.RunAsync(command, "dev33", "--json", "--key", "wrong")).EndedWith(NotAuthorised);
            Assert.Contains("refused the key", refused.Sentence(), StringComparison.Ordinal);
            Assert.Contains("--key or SHELLBOX_KEY", refused.Sentence(), StringComparison.Ordinal);
            Assert.DoesNotContain("wrong", refused.Error, StringComparison.Ordinal);
            Assert.Empty(refused.Output);
        }

        var admin = (await user.RunAsync("status", "--admin-key", "wrong")).EndedWith(NotAuthorised);
        Assert.Contains("--admin-key or SHELLBOX_ADMIN_KEY", admin.Sentence(), StringComparison.Ordinal);

        using var stranger = new CommandUser();
        var missing = (
            await stranger.RunAsync("boxes", "--url", cloud.Http.BaseAddress!.ToString(), "--identity", cloud.User.KeyFile)
        ).EndedWith(NotAuthorised);
        Assert.Contains("wants a key", missing.Sentence(), StringComparison.Ordinal);
        Assert.Contains("--key or SHELLBOX_KEY", missing.Sentence(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_connect_that_fails_ends_with_1_and_one_sentence_that_names_the_step_and_the_reason()
    {
        await using var cloud = await TestCloud.With(azurite).StartAsync();
        using var user = CommandUser.Of(cloud);
        foreach (var _ in new[] { 1, 2 })
        {
            cloud.Azure.Faults.Add(
                new Fault
                {
                    Effect = FaultEffect.FailCall,
                    Operation = "VirtualMachines_Update",
                    Status = 403,
                    Code = "AuthorizationFailed",
                    Message = "The client may not do that.",
                }
            );
        }

        var forPeople = (await user.RunAsync("connect", "dev33")).EndedWith(Failed);
        Assert.StartsWith("[ 0.0", forPeople.Output, StringComparison.Ordinal);
        Assert.Contains("] Connecting to dev33\n", forPeople.Output, StringComparison.Ordinal);
        Assert.Contains("The connect failed: update-and-attach: ", forPeople.Sentence(), StringComparison.Ordinal);
        Assert.Contains("The client may not do that", forPeople.Sentence(), StringComparison.Ordinal);

        var forPrograms = (await user.RunAsync("connect", "dev33", "--json")).EndedWith(Failed);
        Assert.Empty(forPrograms.Output);
        Assert.Contains("The client may not do that", forPrograms.Sentence(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_connect_that_is_terminated_ends_with_1_and_says_why()
    {
        await using var cloud = await TestCloud.With(azurite).StartAsync();
        using var user = CommandUser.Of(cloud);
        using var hang = new HangingAttach(cloud);
        var connect = user.RunAsync("connect", "dev33", "--json");
        await hang.HangsAsync();

        await hang.TerminateAsync("an operator wanted it so");

        var run = (await connect).EndedWith(Failed);
        Assert.Equal("The connect was terminated: an operator wanted it so.", run.Sentence());
        Assert.Empty(run.Output);
    }

    [Fact]
    public async Task Ctrl_C_ends_the_command_with_130_and_leaves_the_connect_under_way()
    {
        await using var cloud = await TestCloud.With(azurite).StartAsync();
        using var user = CommandUser.Of(cloud);
        using var hang = new HangingAttach(cloud);
        var process = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        var connect = user.RunProcessAsync(process.SetResult, "connect", "dev33");
        await hang.HangsAsync();

        (await ProgramRun.OfAsync("kill", ["-INT", $"{await process.Task}"], cancellation: Cancel)).Succeeded();

        var run = (await connect).EndedWith(Interrupted);
        Assert.Contains("goes on in the background", run.Sentence(), StringComparison.Ordinal);
        Assert.Contains("./shellbox status dev33", run.Sentence(), StringComparison.Ordinal);
        (await user.RunAsync("status", "dev33")).EndedWith(Ok).Shows(@"state      connecting for \d+ s");
    }

    [Fact]
    public async Task An_app_that_stays_away_during_a_connect_is_waited_for_and_then_ends_it_with_4()
    {
        await using var cloud = await TestCloud.With(azurite).StartAsync();
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        using var user = CommandUser.Of(cloud, time);
        using var hang = new HangingAttach(cloud);
        var connect = user.RunAsync("connect", "dev33");
        await hang.HangsAsync();

        await cloud.StopAppAsync();
        await Wait.UntilAsync(
            () =>
            {
                time.Advance(TimeSpan.FromSeconds(5));
                return connect.IsCompleted;
            },
            "the command gives up",
            pause: TimeSpan.FromMilliseconds(20)
        );

        var run = (await connect).EndedWith(NotReachable);
        Assert.Contains("the app does not answer; asking again\n", run.Output, StringComparison.Ordinal);
        Assert.Contains("does not answer", run.Sentence(), StringComparison.Ordinal);
    }
}
