using Shellbox.Tests.Fixtures;
using Xunit;
using static Shellbox.Cli.ExitCode;

namespace Shellbox.Tests.Cli.Commands;

/// <summary>What operators do with the command: reconcile, recover, read the audit log.</summary>
public sealed class OperatorTests(AzuriteFixture azurite)
{
    [Fact]
    public async Task Reconcile_recover_and_events_are_shown_to_people_and_to_programs_and_take_the_admin_key()
    {
        await using var cloud = await TestCloud
            .With(azurite)
            .Instances(0)
            .Boxes("dev33", "Not_A_Name")
            .Setting("Shellbox:Reconcile:AgeGuard", "00:00:00")
            .StartAsync();
        using var user = CommandUser.Of(cloud);
        string[] admin = ["--admin-key", TestCloud.AdminKey];

        (await user.RunAsync(["reconcile", "--dry-run", .. admin]))
            .EndedWith(Ok)
            .Shows(
                @"2 resources and \d+ rows compared in .*: \d findings?, 0 repairs \(dry run: nothing was changed\)\.",
                @"unknown-volume +reported +1",
                "unknown-volume, reported: vol-Not_A_Name: .*"
            );
        Assert.True((bool)(await user.RunAsync(["reconcile", "--dry-run", "--json", .. admin])).EndedWith(Ok).Json()["dryRun"]!);
        (await user.RunAsync(["reconcile", .. admin]))
            .EndedWith(Ok)
            .Shows(@"2 resources and \d+ rows compared in .*: \d findings?, \d repairs?\.");

        (await user.RunAsync(["recover", .. admin]))
            .EndedWith(Ok)
            .Shows(
                @"Registered: 0 instances, 0 volumes, 0 boxes \(0 with a guest that goes on running\)\.",
                "Left for you to decide: 1",
                "  vol-Not_A_Name: Its tag shellbox:boxname .*"
            );
        Assert.Equal(1, (int)(await user.RunAsync(["recover", "--json", .. admin])).EndedWith(Ok).Json()["skippedCount"]!);

        (await user.RunAsync("events", "dev33"))
            .EndedWith(Ok)
            .Shows(@"\d{4}-\d\d-\d\d .*Z  box-adopted +Box dev33 on volume vol-dev33 is registered\..*");
        (await user.RunAsync(["events", "--kind", "reconciled", .. admin]))
            .EndedWith(Ok)
            .Shows(@".*  reconciled +pool  2 resources and .*");
        (await user.RunAsync(["events", "--limit", "1", .. admin])).EndedWith(Ok).Shows(@"There are older ones: --after \d{19}-.*");
        (await user.RunAsync("events", "dev33", "--day", "2001-01-01")).EndedWith(Ok).Shows(@"No entries\.");

        foreach (var command in new[] { "reconcile", "recover", "events" })
            (await user.RunAsync(command)).EndedWith(NotAuthorised);
        (await user.RunAsync(["events", "--day", "tomorrow", .. admin])).EndedWith(Usage);
        (await user.RunAsync(["events", "--limit", "0", .. admin])).EndedWith(Usage);
        (await user.RunAsync("events", "other")).EndedWith(NotFound);
    }
}
