using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Shellbox.Tests.Fixtures;
using Xunit;
using static Shellbox.Tests.Fixtures.InstanceAnswer;

namespace Shellbox.Tests.Guest;

/// <summary>Guests that are paused, saved and resumed by a real QEMU: what goes on, and what must never happen twice.</summary>
public sealed class SavedStateTests(GuestImageFixture guest)
{
    /// <summary>With which memory guest/build.sh saves the golden volume's guest.</summary>
    private const int GoldenMemoryMiB = 256;

    /// <summary>Starts a process of the guest's own, which writes its id into a file.</summary>
    private const string StartProcess =
        "setsid sh -c 'echo $$ >/root/pid; exec sleep 1000000' </dev/null >/dev/null 2>&1 & until [ -s pid ]; do usleep 10000; done";

    /// <summary>Prints the id of that process if it still runs.</summary>
    private const string FindProcess = "read -r pid <pid; read -r name </proc/$pid/comm && [ $name = sleep ] && echo $pid";

    private const string LoseTime = "date -s @1000000000 >/dev/null";

    [Fact]
    public async Task A_guest_goes_on_after_pause_and_after_save_but_a_saved_state_is_used_once_only()
    {
        await using var instance = await TestInstance.CreateAsync(guest);
        var key = await instance.CreateKeyAsync();
        var booted = await instance.StartAsync(key);
        AssertTier("warm", booted);
        (await instance.SshAsync(key, booted, StartProcess)).Succeeded();
        var process = (await instance.SshAsync(key, booted, FindProcess)).Succeeded();
        var qemu = instance.QemuProcessId();

        // Pause, and go on. A paused guest's clock stands still; here it is wrong by decades, so that waiting for nothing shows it.
        (await instance.SshAsync(key, booted, "echo before-pause >kept; " + LoseTime)).Succeeded();
        for (var time = 0; time < 2; time++)
        {
            var paused = await instance.PauseAsync(epoch: 2);
            AssertOk(paused);
            Assert.True(paused.GetProperty("paused").GetBoolean());
        }

        Assert.Equal("paused", (await instance.StatusAsync()).GetProperty("status").GetString());
        var continued = await instance.ContinueAsync(key, epoch: 3);
        AssertTier("hot", continued);
        Assert.Equal(["look-at-guest", "continue-guest", "wake-guest", "read-banner"], StepNames(continued));
        Assert.Equal(qemu, instance.QemuProcessId());
        Assert.Equal(process, (await instance.SshAsync(key, continued, FindProcess)).Succeeded());
        await AssertClockAsync(instance, key, continued);

        // Asked again, it has nothing to do.
        AssertTier("hot", await instance.ContinueAsync(key, epoch: 3));
        Assert.Equal(qemu, instance.QemuProcessId());

        // A guest that its user has rebooted waits to be told whose box it is, paused in between or not.
        foreach (var pause in new[] { false, true })
        {
            await instance.SshAsync(key, continued, "rm /run/shellbox/personalized; killall dropbear");
            if (pause)
                Assert.True((await instance.PauseAsync(epoch: 3)).GetProperty("paused").GetBoolean());
            continued = await instance.StartAsync(key, epoch: 3);
            AssertTier("hot", continued);
            Assert.Contains("personalize-guest", StepNames(continued));
            Assert.Equal(process, (await instance.SshAsync(key, continued, FindProcess)).Succeeded());
        }

        // One whose user has removed the program that sets the clock is told the time another way.
        (await instance.SshAsync(key, continued, "mv /usr/sbin/shellbox-wake kept-wake; " + LoseTime)).Succeeded();
        AssertOk(await instance.PauseAsync(epoch: 3));
        AssertTier("hot", continued = await instance.StartAsync(key, epoch: 3));
        await AssertClockAsync(instance, key, continued);
        (await instance.SshAsync(key, continued, "mv kept-wake /usr/sbin/shellbox-wake")).Succeeded();

        // Save, twice over, and resume in another process.
        (await instance.SshAsync(key, continued, "echo before-save >>kept; " + LoseTime)).Succeeded();
        var session = instance.SshAsync(key, continued, "touch open; sleep 1000000");
        (await instance.SshAsync(key, continued, "until [ -e open ]; do usleep 10000; done")).Succeeded();
        for (var time = 0; time < 2; time++)
        {
            var saved = await instance.SaveAsync(epoch: 4);
            AssertOk(saved);
            Assert.True(saved.GetProperty("saved").GetBoolean());
            Assert.Null(instance.QemuProcessId());
            Assert.False(instance.IsMounted());
            Assert.False(instance.HasLoopDevice());
        }

        Assert.NotEqual(0, (await session).ExitCode);
        var resumed = await instance.StartAsync(key, epoch: 5);
        AssertTier("resumable", resumed);
        Assert.DoesNotContain("personalize-guest", StepNames(resumed));
        Assert.Equal(booted.GetProperty("hostKey").GetString(), resumed.GetProperty("hostKey").GetString());
        Assert.Equal(process, (await instance.SshAsync(key, resumed, FindProcess)).Succeeded());
        await AssertClockAsync(instance, key, resumed);

        // The guest has changed its disk since: after a crash it boots from that.
        (await instance.SshAsync(key, resumed, "echo after-resume >>kept; sync")).Succeeded();
        instance.KillQemu();
        await Wait.UntilAsync(() => instance.QemuProcessId() is null, "QEMU ends");
        var rebooted = await instance.StartAsync(key, epoch: 6);
        AssertTier("warm", rebooted);
        Assert.Equal(
            "before-pause\nbefore-save\nafter-resume\nnot there\n",
            (await instance.SshAsync(key, rebooted, "cat kept; " + FindProcess + " 2>/dev/null || echo not there")).Succeeded()
        );

        // Where start would put another in its place, continue lets a guest be.
        qemu = instance.QemuProcessId();
        File.Delete(Path.Combine(instance.RunDirectory, "qemu.json"));
        Assert.Equal("guest-unusable", (await instance.ContinueAsync(key, epoch: 6)).GetProperty("error").GetString());
        Assert.Equal(qemu, instance.QemuProcessId());
    }

    [Fact]
    public async Task Whatever_is_killed_between_the_steps_of_save_and_resume_the_guest_goes_on()
    {
        await using var instance = await TestInstance.CreateAsync(guest);
        var key = await instance.CreateKeyAsync();
        var saved = (string file) => File.Exists(Path.Combine(instance.MountPoint, "saved", file));
        var answer = await instance.StartAsync(key, memoryMiB: GoldenMemoryMiB);
        AssertTier("resumable", answer);
        (await instance.SshAsync(key, answer, StartProcess)).Succeeded();
        var process = (await instance.SshAsync(key, answer, FindProcess)).Succeeded();

        // The script is killed while it writes the state, and when the state is there but QEMU as well. Where it gets to before it is
        // killed depends on the machine; that the same process goes on does not.
        foreach (var file in new[] { "device", "ram", "manifest.json" })
        {
            await KilledAsync("save", () => saved(file));
            answer = await instance.StartAsync(key, memoryMiB: GoldenMemoryMiB);
            AssertTierIn(["hot", "resumable"], answer);
            Assert.False(saved("manifest.json"));
            Assert.Equal(process, (await instance.SshAsync(key, answer, FindProcess)).Succeeded());
        }

        // It is killed while it saves, and asked again.
        await KilledAsync("save", () => saved("device"));
        Assert.True((await instance.SaveAsync()).GetProperty("saved").GetBoolean());
        Assert.Null(instance.QemuProcessId());

        // A port that is taken costs the connect and not the state.
        using (var other = new TcpListener(IPAddress.Parse(instance.Address), TestInstance.Port))
        {
            other.Start();
            Assert.Equal("port-busy", (await instance.StartAsync(key, memoryMiB: GoldenMemoryMiB)).GetProperty("error").GetString());
        }

        // It is killed while QEMU loads the state, and after that.
        foreach (
            var reached in new Func<bool>[]
            {
                () => instance.QemuProcessId() is not null,
                () => File.Exists(Path.Combine(instance.RunDirectory, "qemu.json")),
                () => instance.IsMounted() && !saved("manifest.json"),
            }
        )
        {
            await KilledAsync("start", reached);
            answer = await instance.StartAsync(key, memoryMiB: GoldenMemoryMiB);
            AssertTierIn(["hot", "resumable"], answer);
            Assert.Equal(process, (await instance.SshAsync(key, answer, FindProcess)).Succeeded());
            Assert.True((await instance.SaveAsync()).GetProperty("saved").GetBoolean());
        }

        // QEMU is killed while it saves: there is no state, but the disk has all that was on it.
        AssertTier("resumable", answer = await instance.StartAsync(key, memoryMiB: GoldenMemoryMiB));
        (await instance.SshAsync(key, answer, "echo before-save >kept")).Succeeded();
        var saving = instance.SaveAsync();
        await Wait.UntilAsync(() => saved("device") || saving.IsCompleted, "save writes", pause: TimeSpan.FromMilliseconds(10));
        if (instance.QemuProcessId() is not null)
            instance.KillQemu();
        await saving;
        answer = await instance.StartAsync(key, epoch: 2, memoryMiB: GoldenMemoryMiB);
        AssertTierIn(["warm", "resumable"], answer);
        Assert.Equal("before-save\n", (await instance.SshAsync(key, answer, "cat kept")).Succeeded());

        async Task KilledAsync(string verb, Func<bool> reached)
        {
            var request = verb == "save" ? TestInstance.EndRequest() : TestInstance.StartRequest(key, memoryMiB: GoldenMemoryMiB);
            Process? script = null;
            var run = instance.RunAsync(verb, request.ToJsonString(), started: started => script = started);
            await Wait.UntilAsync(() => run.IsCompleted || reached(), $"{verb} gets on", pause: TimeSpan.FromMilliseconds(10));
            if (!run.IsCompleted)
                script!.Kill();
            await run;
        }
    }

    [Fact]
    public async Task Boxes_from_one_golden_state_are_no_twins()
    {
        const string Traits =
            "dd if=/dev/urandom bs=16 count=1 2>/dev/null | base64; cat /proc/sys/kernel/random/uuid "
            + "/proc/sys/kernel/random/boot_id /etc/machine-id";
        await using var first = await TestInstance.CreateAsync(guest);
        await using var second = await TestInstance.CreateAsync(guest);
        var seen = new List<string>();
        foreach (var instance in new[] { first, second })
        {
            var key = await instance.CreateKeyAsync();
            var answer = await instance.StartAsync(key, memoryMiB: GoldenMemoryMiB);
            AssertTier("resumable", answer);
            await AssertClockAsync(instance, key, answer);
            Assert.Equal("dev33\n", (await instance.SshAsync(key, answer, "hostname")).Succeeded());
            var traits = (await instance.SshAsync(key, answer, Traits)).Succeeded().Split('\n', StringSplitOptions.RemoveEmptyEntries);
            Assert.Equal(4, traits.Length);
            seen.AddRange([.. traits, answer.GetProperty("hostKey").GetString()!]);
        }

        Assert.Equal(10, seen.Distinct().Count());
    }

    [Theory]
    [InlineData("layoutVersion", "2")]
    [InlineData("diskGeneration", "0")]
    [InlineData("diskGeneration", "2")]
    [InlineData("stateVersion", "0")]
    [InlineData("accelerator", "\"xen\"")]
    [InlineData("cpu", "\"qemu64\"")]
    [InlineData("machine", "\"pc\"")]
    [InlineData("memoryMiB", "512")]
    [InlineData("kernel", "\"another\"")]
    [InlineData("initramfs", null)]
    [InlineData("deviceSize", "1")]
    public async Task A_state_that_was_saved_on_something_else_is_not_resumed(string field, string? json)
    {
        await using var instance = await TestInstance.CreateAsync(guest);
        await instance.ChangeManifestAsync(manifest => manifest[field] = json is null ? null : JsonNode.Parse(json));

        // What it does is settled before QEMU is started, and a QEMU that cannot have its port spares the boot.
        using var other = new TcpListener(IPAddress.Parse(instance.Address), TestInstance.Port);
        other.Start();
        var answer = await instance.StartAsync(key: null, memoryMiB: GoldenMemoryMiB);

        Assert.Equal("port-busy", answer.GetProperty("error").GetString());
        Assert.Contains(field == "deviceSize" ? "device" : field, DetailOf("boot-instead-of-resume", answer), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_guest_gets_no_less_memory_than_its_volume_asks_for()
    {
        await using var instance = await TestInstance.CreateAsync(guest);
        await instance.ChangeLayoutAsync(layout => layout["memoryMiB"] = GoldenMemoryMiB);
        var key = await instance.CreateKeyAsync();

        // The golden state fits a guest of its own size alone, so resuming says which size this one has.
        var answer = await instance.StartAsync(key, memoryMiB: GoldenMemoryMiB / 2);

        AssertTier("resumable", answer);
    }

    [Theory]
    [InlineData("qemuVersion", "\"7.0.0\"", "7.0.0")]
    [InlineData("guest", "null", "migration")]
    public async Task A_state_that_cannot_be_loaded_gives_way_to_a_boot(string field, string json, string says)
    {
        await using var instance = await TestInstance.CreateAsync(guest);
        var key = await instance.CreateKeyAsync();
        await instance.ChangeManifestAsync(manifest => manifest[field] = JsonNode.Parse(json));
        if (field == "guest")
            await instance.SpoilDeviceStateAsync();

        var answer = await instance.StartAsync(key, memoryMiB: GoldenMemoryMiB);

        AssertTier("warm", answer);
        Assert.Contains(says, DetailOf("boot-instead-of-resume", answer), StringComparison.Ordinal);
        Assert.Equal("dev33\n", (await instance.SshAsync(key, answer, "hostname")).Succeeded());
    }

    [Fact]
    public async Task Where_no_guest_runs_there_is_nothing_to_pause_to_continue_or_to_save()
    {
        await using var instance = await TestInstance.CreateAsync(guest);

        var paused = await instance.PauseAsync();
        var continued = await instance.ContinueAsync(key: null);
        var saved = await instance.SaveAsync();

        AssertOk(paused);
        Assert.False(paused.GetProperty("paused").GetBoolean());
        Assert.Equal("no-guest", continued.GetProperty("error").GetString());
        Assert.False(instance.IsMounted());
        AssertOk(saved);
        Assert.False(saved.GetProperty("saved").GetBoolean());
    }
}
