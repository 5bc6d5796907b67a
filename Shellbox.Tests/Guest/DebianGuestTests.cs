using System.Text.Json;
using Shellbox.Tests.Fixtures;
using Xunit;
using static Shellbox.Tests.Fixtures.InstanceAnswer;

namespace Shellbox.Tests.Guest;

/// <summary>The full guest, in every tier. Skipped where it is not built.</summary>
public sealed class DebianGuestTests
{
    private const string Identity = "cat /etc/machine-id; head -c 16 /dev/urandom | base64; cat /proc/sys/kernel/random/uuid";
    private const string FindProcess = "read -r pid <pid; read -r name </proc/$pid/comm && [ $name = sleep ] && echo $pid";

    [Fact]
    public async Task A_new_box_resumes_as_a_box_of_its_own_and_goes_on_through_pause_save_and_shutdown()
    {
        await using var instance = await TestInstance.CreateDebianAsync();
        var key = await instance.CreateKeyAsync();

        // The golden state, which the guest's volume brings its memory for.
        var born = await StartAsync(instance, key, "resumable", epoch: 1);
        await AssertClockAsync(instance, key, born);
        Assert.Equal(
            "dev33\nrunning\ndebian\nWelcome to dev33.\n",
            (
                await instance.SshAsync(key, born, "hostname; systemctl is-system-running; . /etc/os-release; echo $ID; cat /etc/motd")
            ).Succeeded()
        );
        Assert.Equal("ssh_host_ed25519_key\n", (await instance.SshAsync(key, born, "cd /etc/ssh; ls ssh_host_*_key")).Succeeded());
        var identity = await IdentityAsync(instance, key, born);

        // What its journal says from now on is this box's own, and the builder's is gone.
        (await instance.SshAsync(key, born, "until [ $(ls /var/log/journal) = $(cat /etc/machine-id) ]; do sleep 0.1; done")).Succeeded();
        (
            await instance.SshAsync(key, born, "logger -t test hello; until journalctl -t test | grep -q hello; do sleep 0.1; done")
        ).Succeeded();

        // Paused, it is continued in the same process.
        (
            await instance.SshAsync(key, born, "echo before-pause >kept; setsid sleep 1000000 </dev/null >/dev/null 2>&1 & echo $! >pid")
        ).Succeeded();
        var process = (await instance.SshAsync(key, born, FindProcess)).Succeeded();
        var qemu = instance.QemuProcessId();
        Assert.True((await instance.PauseAsync(epoch: 2)).GetProperty("paused").GetBoolean());
        AssertTier("hot", await instance.ContinueAsync(key, epoch: 3));
        Assert.Equal(qemu, instance.QemuProcessId());

        // Saved, it is resumed in another.
        (await instance.SshAsync(key, born, "echo before-save >>kept")).Succeeded();
        Assert.True((await instance.SaveAsync(epoch: 4)).GetProperty("saved").GetBoolean());
        var resumed = await StartAsync(instance, key, "resumable", epoch: 5);
        Assert.Equal(born.GetProperty("hostKey").GetString(), resumed.GetProperty("hostKey").GetString());
        Assert.Equal(process, (await instance.SshAsync(key, resumed, FindProcess)).Succeeded());
        await AssertClockAsync(instance, key, resumed);

        // Shut down, it boots.
        (await instance.SshAsync(key, resumed, "echo before-stop >>kept")).Succeeded();
        var stop = TestInstance.EndRequest(epoch: 6);
        stop["timeoutSeconds"] = 240;
        Assert.Equal("clean", (await instance.AnswerAsync("stop", stop)).GetProperty("shutdown").GetString());
        var booted = await StartAsync(instance, key, "warm", epoch: 7);
        Assert.Equal(born.GetProperty("hostKey").GetString(), booted.GetProperty("hostKey").GetString());
        Assert.Equal("before-pause\nbefore-save\nbefore-stop\n", (await instance.SshAsync(key, booted, "cat kept")).Succeeded());
        var later = await IdentityAsync(instance, key, booted);
        Assert.Equal(identity[0], later[0]);
        Assert.NotEqual(identity[1..], later[1..]);
    }

    [Fact]
    public async Task Boxes_from_one_golden_state_are_no_twins()
    {
        await using var first = await TestInstance.CreateDebianAsync();
        await using var second = await TestInstance.CreateDebianAsync();
        var seen = new List<string>();
        foreach (var instance in new[] { first, second })
        {
            var key = await instance.CreateKeyAsync();
            var answer = await StartAsync(instance, key, "resumable", epoch: 1);
            seen.AddRange([.. await IdentityAsync(instance, key, answer), answer.GetProperty("hostKey").GetString()!]);
        }

        Assert.Equal(8, seen.Distinct().Count());
    }

    private static async Task<JsonElement> StartAsync(TestInstance instance, SshKey key, string tier, long epoch)
    {
        var request = TestInstance.StartRequest(key, epoch);
        request["bootTimeoutSeconds"] = 300;
        var answer = await instance.AnswerAsync("start", request);
        AssertTier(tier, answer);
        return answer;
    }

    private static async Task<string[]> IdentityAsync(TestInstance instance, SshKey key, JsonElement answer)
    {
        var traits = (await instance.SshAsync(key, answer, Identity)).Succeeded().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(3, traits.Length);
        return traits;
    }
}
