using System.Text.RegularExpressions;
using Shellbox.Tests.Fixtures;
using Xunit;
using static Shellbox.Cli.ExitCode;

namespace Shellbox.Tests.Cli.Commands;

/// <summary>The command's whole way, with a real guest at its end.</summary>
public sealed class GuestTests(AzuriteFixture azurite, GuestImageFixture guest)
{
    [Fact]
    public async Task A_box_is_connected_by_two_at_once_run_a_command_in_shown_and_disconnected()
    {
        await using var cloud = await TestCloud.With(azurite).Guest(guest).StartAsync();
        using var user = CommandUser.Of(cloud);

        // Whoever comes second joins.
        var runs = await Task.WhenAll(user.RunAsync("connect", "dev33", "--no-shell"), user.RunProcessAsync("connect", "dev33", "--json"));
        var forPeople = runs[0]
            .EndedWith(Ok)
            .Shows(
                @"\[ 0\.\d+ s\] Connecting to dev33",
                "dev33 is ready: cold, [0-9.]+ s from the request to the SSH banner",
                @"start QEMU +\S.* s",
                @"  (resume|boot) guest +\S.* s",
                "session   [0-9a-f]+"
            )
            .Output;
        var result = runs[1].EndedWith(Ok).Json();
        Assert.Empty(runs[1].Error);
        Assert.Equal("cold", (string)result["tier"]!);
        Assert.DoesNotContain((string)result["sessionId"]!, forPeople, StringComparison.Ordinal);
        Assert.Single(cloud.Azure.Requests, r => r.Operation == "VirtualMachines_Update");

        // The line that is there to be copied.
        var byHand = forPeople.Split('\n').Single(line => line.StartsWith("Or by hand: ssh ", StringComparison.Ordinal))[
            "Or by hand: ".Length..
        ];
        var pasted = await ProgramRun.OfAsync(
            "sh",
            ["-c", byHand + " hostname </dev/null"],
            cancellation: TestContext.Current.CancellationToken
        );
        Assert.Equal("dev33\n", pasted.Succeeded());

        // The remote command's own exit code and output, with all else on standard error.
        var command = (await user.RunProcessAsync("connect", "dev33", "--command", "hostname; echo aside >&2; exit 7")).EndedWith(7);
        Assert.Equal("dev33\n", command.Output);
        Assert.Contains("dev33 is ready: hot, ", command.Error, StringComparison.Ordinal);
        Assert.EndsWith("aside\n", command.Error, StringComparison.Ordinal);

        var fingerprint = (string)result["endpoint"]!["hostKeyFingerprint"]!;
        (await user.RunAsync("status", "dev33"))
            .EndedWith(Ok)
            .Shows(@"state      running for \d+ s", "host key   " + Regex.Escape(fingerprint));
        (await user.RunAsync("boxes")).EndedWith(Ok).Shows("dev33 +running +vm-0001 +2 +.*");

        Assert.Equal(
            "dev33 is running: one other session goes on.\n",
            (await user.RunAsync("disconnect", "dev33", "--session", (string)result["sessionId"]!)).EndedWith(Ok).Output
        );

        (await user.RunAsync("disconnect", "dev33"))
            .EndedWith(Ok)
            .Shows("dev33 is stopped: its volume is detached and its instance free, after [0-9.]+ s");
        Assert.Equal("stopped", (string)(await cloud.ShowBoxAsync())["state"]!);
    }
}
