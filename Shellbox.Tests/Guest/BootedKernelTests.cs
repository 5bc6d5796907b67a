using System.Diagnostics;
using System.Text.Json.Nodes;
using Shellbox.Tests.Fixtures;
using Xunit;
using static Shellbox.Tests.Fixtures.InstanceAnswer;

namespace Shellbox.Tests.Guest;

/// <summary>Boots that begin where a kernel has booted already, by a real QEMU.</summary>
public sealed class BootedKernelTests(GuestImageFixture guest)
{
    private const string Traits =
        "dd if=/dev/urandom bs=16 count=1 2>/dev/null | base64; cat /proc/sys/kernel/random/uuid /proc/sys/kernel/random/boot_id "
        + "/etc/machine-id";

    /// <summary>For which memory guest/build.sh prepares a kernel.</summary>
    private const int PreparedMemoryMiB = 256;

    private static readonly JsonObject Preparation = new() { ["memoryMiB"] = 128 };

    [Fact]
    public async Task Boxes_that_boot_from_one_kernel_are_no_twins_and_can_be_saved_and_rebooted()
    {
        await using var first = await TestInstance.CreateAsync(guest);
        await using var second = await TestInstance.CreateAsync(guest);
        var seen = new List<string>();
        var key = await second.CreateKeyAsync();
        foreach (var instance in new[] { first, second })
        {
            await instance.ChangeManifestAsync(manifest => manifest["cpu"] = "another");
            var booted = await instance.StartAsync(key, memoryMiB: PreparedMemoryMiB);
            AssertTier("warm", booted);
            Assert.Equal(
                [
                    "wait-for-disk",
                    "mount-volume",
                    "boot-instead-of-resume",
                    "start-qemu-process",
                    "resume-kernel",
                    "boot-guest",
                    "personalize-guest",
                    "read-banner",
                ],
                StepNames(booted)
            );
            await AssertClockAsync(instance, key, booted);
            var traits = (await instance.SshAsync(key, booted, Traits)).Succeeded().Split('\n', StringSplitOptions.RemoveEmptyEntries);
            Assert.Equal(4, traits.Length);
            seen.AddRange([.. traits, booted.GetProperty("hostKey").GetString()!]);
        }

        Assert.Equal(10, seen.Distinct().Count());

        const string BootId = "cat /proc/sys/kernel/random/boot_id";
        Assert.True((await second.SaveAsync()).GetProperty("saved").GetBoolean());
        var answer = await second.StartAsync(key, memoryMiB: PreparedMemoryMiB);
        AssertTier("resumable", answer);
        var boot = (await second.SshAsync(key, answer, BootId)).Succeeded();
        Assert.Contains(boot.TrimEnd(), seen);

        // A reboot goes the whole way, and is not held up for a host that speaks first.
        await second.SshAsync(key, answer, "reboot");
        await Wait.UntilAsync(
            async () =>
            {
                answer = await second.StartAsync(key, memoryMiB: PreparedMemoryMiB);
                AssertTier("hot", answer);
                return await second.SshAsync(key, answer, BootId);
            },
            after => after.ExitCode == 0 && after.Output != boot,
            "the guest has booted again"
        );
    }

    [Fact]
    public async Task A_kernel_is_prepared_once_and_anew_when_it_does_not_fit_and_boxes_boot_meanwhile()
    {
        await using var instance = await TestInstance.CreateAsync(guest);
        var kernels = instance.UseOwnGuestFiles();
        var key = await instance.CreateKeyAsync();

        // Cut short, it leaves nothing that a boot could take for a state, and can be begun again.
        Process? script = null;
        var run = instance.RunAsync("prepare", Preparation.ToJsonString(), started: process => script = process);
        await Wait.UntilAsync(() => File.Exists(Path.Combine(instance.Root, "run/shellbox-kernel/pid")), "QEMU runs");
        script!.Kill();
        await run;
        Assert.False(Directory.Exists(kernels));
        Assert.True(await PreparedAsync());
        Assert.False(await PreparedAsync());

        // Of another machine: the boot says so and goes the whole way.
        var manifest = Path.Combine(kernels, "128/manifest.json");
        var changed = JsonNode.Parse(await File.ReadAllTextAsync(manifest, TestContext.Current.CancellationToken))!.AsObject();
        changed["cpu"] = "another";
        await File.WriteAllTextAsync(manifest, changed.ToJsonString(), TestContext.Current.CancellationToken);
        var answer = await instance.StartAsync(key);
        AssertTier("warm", answer);
        Assert.Contains("cpu", DetailOf("boot-kernel-too", answer), StringComparison.Ordinal);
        Assert.DoesNotContain("resume-kernel", StepNames(answer));
        AssertOk(await instance.StopAsync());
        Assert.True(await PreparedAsync());

        // One that QEMU cannot load.
        var device = Path.Combine(kernels, "128/device");
        await File.WriteAllBytesAsync(device, new byte[new FileInfo(device).Length], TestContext.Current.CancellationToken);
        answer = await instance.StartAsync(key, epoch: 2);
        AssertTier("warm", answer);
        Assert.Contains("migration", DetailOf("boot-kernel-too", answer), StringComparison.Ordinal);
        Assert.Equal("dev33\n", (await instance.SshAsync(key, answer, "hostname")).Succeeded());

        async Task<bool> PreparedAsync()
        {
            var prepared = await instance.AnswerAsync("prepare", Preparation.DeepClone());
            AssertOk(prepared);
            return prepared.GetProperty("prepared").GetBoolean();
        }
    }

    [Fact]
    public async Task A_start_that_is_killed_before_the_kernel_goes_on_is_begun_again()
    {
        await using var instance = await TestInstance.CreateAsync(guest);
        await instance.ChangeManifestAsync(manifest => manifest["cpu"] = "another");
        var key = await instance.CreateKeyAsync();
        Process? script = null;
        var request = TestInstance.StartRequest(key, memoryMiB: PreparedMemoryMiB).ToJsonString();
        var run = instance.RunAsync("start", request, started: process => script = process);
        await Wait.UntilAsync(() => File.Exists(Path.Combine(instance.RunDirectory, "pid")), "QEMU is started");
        script!.Kill();
        await run;

        var answer = await instance.StartAsync(key, memoryMiB: PreparedMemoryMiB);

        AssertOk(answer);
        await AssertClockAsync(instance, key, answer);
        Assert.Equal("dev33\n", (await instance.SshAsync(key, answer, "hostname")).Succeeded());
    }
}
