using System.Diagnostics;
using System.Text.Json;
using Shellbox.Tests.Fixtures;
using Xunit;
using static Shellbox.Tests.Fixtures.InstanceAnswer;

namespace Shellbox.Tests.Guest;

/// <summary>A box on an instance with a real QEMU: what survives what.</summary>
public sealed class InstanceLifeTests(GuestImageFixture guest)
{
    [Fact]
    public async Task A_box_keeps_its_files_and_its_identity_across_stop_and_start()
    {
        await using var instance = await TestInstance.CreateAsync(guest);
        var key = await instance.CreateKeyAsync();

        // The disk appears only after start has begun to wait for it.
        instance.Detach();
        var starting = instance.StartAsync(key);
        await Wait.UntilAsync(() => File.Exists(Path.Combine(instance.RunDirectory, "lock")), "start waits");
        instance.Attach();
        var first = await starting;
        AssertOk(first);
        Assert.True(first.GetProperty("started").GetBoolean());
        Assert.Equal(instance.Address, first.GetProperty("address").GetString());
        Assert.Equal(
            [
                "wait-for-disk",
                "mount-volume",
                "boot-instead-of-resume",
                "start-qemu-process",
                "boot-guest",
                "personalize-guest",
                "read-banner",
            ],
            StepNames(first)
        );

        var write = await instance.SshAsync(
            key,
            first,
            "echo in-home >~/kept && echo in-local >/usr/local/kept && hostname && cat /etc/motd && id -un"
        );
        Assert.Equal("dev33\nWelcome to dev33.\nroot\n", write.Succeeded());

        var stopped = await instance.StopAsync();
        AssertOk(stopped);
        Assert.True(stopped.GetProperty("stopped").GetBoolean());
        Assert.Equal("clean", stopped.GetProperty("shutdown").GetString());
        Assert.Equal("unmounted", stopped.GetProperty("volume").GetString());
        Assert.Null(instance.QemuProcessId());
        Assert.False(instance.IsMounted());
        Assert.False(instance.HasLoopDevice());
        Assert.False((await instance.StopAsync()).GetProperty("stopped").GetBoolean());

        var second = await instance.StartAsync(key, epoch: 2);
        AssertOk(second);
        Assert.True(second.GetProperty("started").GetBoolean());
        Assert.Equal(first.GetProperty("hostKey").GetString(), second.GetProperty("hostKey").GetString());
        Assert.Equal("in-home\nin-local\n", (await instance.SshAsync(key, second, "cat ~/kept /usr/local/kept")).Succeeded());
    }

    [Fact]
    public async Task A_running_box_is_joined_and_personalized_anew_without_disturbing_its_sessions()
    {
        await using var instance = await TestInstance.CreateAsync(guest);
        var (key, otherKey) = (await instance.CreateKeyAsync(), await instance.CreateKeyAsync("other"));

        // A prewarm sets no key; whoever comes second waits for the first and finds the box running.
        var starts = await Task.WhenAll(instance.StartAsync(null, epoch: 7), instance.StartAsync(null, epoch: 7));
        Assert.All(starts, AssertOk);
        Assert.Equal([false, true], starts.Select(start => start.GetProperty("started").GetBoolean()).Order());
        var qemu = instance.QemuProcessId();
        Assert.NotEqual(0, (await instance.SshAsync(key, starts[0], "true")).ExitCode);

        var joined = await instance.StartAsync(key, epoch: 8);
        AssertOk(joined);
        Assert.False(joined.GetProperty("started").GetBoolean());

        // A session that is open while the keys are replaced; a key that the user has added stays.
        await instance.CreateKeyAsync("users-own");
        var session = instance.SshAsync(
            key,
            joined,
            "echo ssh-ed25519 AAAA mine >>.ssh/authorized_keys; touch ready; cat .ssh/go; until [ -e go ]; do usleep 20000; "
                + "done; echo survived"
        );
        var replaced = await ReplaceKeyOnceReadyAsync();
        Assert.Equal("survived\n", (await session).Succeeded());
        Assert.NotEqual(0, (await instance.SshAsync(key, replaced, "true")).ExitCode);
        Assert.Contains(
            " mine\n",
            (await instance.SshAsync(otherKey, replaced, "cat .ssh/authorized_keys")).Succeeded(),
            StringComparison.Ordinal
        );

        // An operation of the past changes nothing.
        var late = await instance.StartAsync(key, epoch: 7);
        Assert.Equal("stale-epoch", late.GetProperty("error").GetString());
        Assert.Equal("stale-epoch", (await instance.StopAsync(epoch: 7)).GetProperty("error").GetString());
        Assert.Equal(qemu, instance.QemuProcessId());

        var status = await instance.StatusAsync();
        Assert.Equal("running", status.GetProperty("status").GetString());
        Assert.Equal(8, status.GetProperty("epoch").GetInt64());
        Assert.Equal(qemu, status.GetProperty("pid").GetInt32());
        Assert.True(status.GetProperty("mounted").GetBoolean());
        Assert.True(status.GetProperty("guestAgent").GetBoolean());

        async Task<JsonElement> ReplaceKeyOnceReadyAsync()
        {
            (await instance.SshAsync(key, joined, "until [ -e ready ]; do usleep 20000; done")).Succeeded();
            var answer = await instance.StartAsync(otherKey, epoch: 8);
            AssertOk(answer);
            (await instance.SshAsync(otherKey, answer, "touch go")).Succeeded();
            return answer;
        }
    }

    [Fact]
    public async Task Each_key_of_the_users_set_opens_the_box_and_one_that_is_taken_out_no_more()
    {
        await using var instance = await TestInstance.CreateAsync(guest);
        var (laptop, phone) = (await instance.CreateKeyAsync("laptop"), await instance.CreateKeyAsync("phone"));
        var request = TestInstance.StartRequest(laptop);
        request["authorizedKeys"]!.AsArray().Add(phone.AuthorizedKey);
        request["keySet"] = 2;
        request["traceparent"] = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

        var both = await instance.AnswerAsync("start", request);

        AssertOk(both);
        (await instance.SshAsync(laptop, both, "true")).Succeeded();
        (await instance.SshAsync(phone, both, "true")).Succeeded();

        var one = await instance.StartAsync(phone, epoch: 2);

        AssertOk(one);
        Assert.NotEqual(0, (await instance.SshAsync(laptop, one, "true")).ExitCode);
        (await instance.SshAsync(phone, one, "true")).Succeeded();
    }

    [Fact]
    public async Task A_start_recovers_from_whatever_the_last_one_left()
    {
        await using var instance = await TestInstance.CreateAsync(guest);
        var key = await instance.CreateKeyAsync();

        // The script is killed while the guest boots: the next one takes the guest over.
        Process? script = null;
        var killed = instance.RunAsync("start", TestInstance.StartRequest(key).ToJsonString(), started: process => script = process);
        await Wait.UntilAsync(() => File.Exists(Path.Combine(instance.RunDirectory, "qemu.json")), "QEMU runs");
        var qemu = instance.QemuProcessId();
        script!.Kill();
        Assert.NotEqual(0, (await killed).ExitCode);
        var adopted = await instance.StartAsync(key);
        AssertOk(adopted);
        Assert.False(adopted.GetProperty("started").GetBoolean());
        Assert.Equal(qemu, instance.QemuProcessId());

        // QEMU is killed: the volume is still mounted, the sockets and the pid file are stale.
        instance.KillQemu();
        await Wait.UntilAsync(() => instance.QemuProcessId() is null, "QEMU ends");
        Assert.True(instance.IsMounted());
        var restarted = await instance.StartAsync(key);
        AssertOk(restarted);
        Assert.True(restarted.GetProperty("started").GetBoolean());
        Assert.Equal(adopted.GetProperty("hostKey").GetString(), restarted.GetProperty("hostKey").GetString());

        // The user switches the box off from inside.
        await instance.SshAsync(key, restarted, "poweroff");
        await Wait.UntilAsync(() => instance.QemuProcessId() is null, "QEMU ends");
        var again = await instance.StartAsync(key);
        AssertOk(again);
        Assert.True(again.GetProperty("started").GetBoolean());
        Assert.Equal("dev33\n", (await instance.SshAsync(key, again, "hostname")).Succeeded());
    }
}
