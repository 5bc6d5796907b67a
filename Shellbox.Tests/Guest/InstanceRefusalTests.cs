using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Shellbox.Contracts.Agent;
using Shellbox.Tests.Fixtures;
using Xunit;

namespace Shellbox.Tests.Guest;

/// <summary>What an instance refuses, in which words, and that it leaves nothing behind.</summary>
public sealed class InstanceRefusalTests(GuestImageFixture guest)
{
    private const string SomeKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKAIOES2q+yyA6AyRgf0Xus9F7nsDpI8SVerFLjJSLcF";

    [Theory]
    [InlineData("box", "../../../etc")]
    [InlineData("box", "..")]
    [InlineData("box", ".hidden")]
    [InlineData("box", "vol-dev33/../vol-dev34")]
    [InlineData("box", "vol-dev33\n")]
    [InlineData("box", "vol-dev33; reboot")]
    [InlineData("box", "vol-dev33,file=/etc/shadow")]
    [InlineData("box", "a23456789012345678901234567890123456789012345678901234567890123456789012345678901")]
    [InlineData("box", null)]
    [InlineData("hostName", "$(reboot)")]
    [InlineData("hostName", "dev33\nauthorized-key ssh-ed25519 AAAA")]
    [InlineData("hostName", "dev33-")]
    [InlineData("authorizedKey", "command=\"reboot\" " + SomeKey)]
    [InlineData("authorizedKey", SomeKey + "\n" + SomeKey)]
    [InlineData("authorizedKey", SomeKey + " comment")]
    [InlineData("authorizedKey", "ssh-dss AAAAB3NzaC1kc3MAAACBAKNhKoVZ")]
    [InlineData("authorizedKey", "")]
    [InlineData("operationId", "a b")]
    public async Task Malformed_text_is_refused_before_anything_is_touched(string field, string? value)
    {
        await using var instance = await TestInstance.CreateAsync(guest, withVolume: false);
        var request = Request();
        request[field] = value;

        var answer = await instance.AnswerAsync("start", request);

        AssertRefused(answer, "invalid-request");
        Assert.Equal(field, answer.GetProperty("field").GetString());
        Assert.False(Directory.Exists(Path.Combine(instance.Root, "run")));
    }

    [Theory]
    [InlineData("epoch", "-1")]
    [InlineData("epoch", "1.5")]
    [InlineData("epoch", "true")]
    [InlineData("epoch", "\"1\"")]
    [InlineData("lun", "64")]
    [InlineData("port", "0")]
    [InlineData("memoryMiB", "1")]
    [InlineData("bootTimeoutSeconds", "1e9")]
    [InlineData("deviceTimeoutSeconds", "null")]
    public async Task Malformed_numbers_are_refused(string field, string json)
    {
        await using var instance = await TestInstance.CreateAsync(guest, withVolume: false);
        var request = Request();
        request[field] = JsonNode.Parse(json);

        var answer = await instance.AnswerAsync("start", request);

        AssertRefused(answer, "invalid-request");
        Assert.Equal(field, answer.GetProperty("field").GetString());
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("[1]")]
    [InlineData("\"" + SomeKey + "\"")]
    [InlineData("[\"" + SomeKey + "\",\"" + SomeKey + " comment\"]")]
    [InlineData("[\"" + SomeKey + "\\n" + SomeKey + "\"]")]
    public async Task A_set_of_keys_with_one_that_is_none_is_refused(string json)
    {
        await using var instance = await TestInstance.CreateAsync(guest, withVolume: false);
        var request = Request();
        request["authorizedKeys"] = JsonNode.Parse(json);

        var answer = await instance.AnswerAsync("start", request);

        AssertRefused(answer, AgentError.InvalidRequest);
        Assert.Equal("authorizedKeys", answer.GetProperty("field").GetString());
    }

    [Fact]
    public async Task A_request_of_a_protocol_to_come_is_refused_and_one_of_before_there_were_numbers_is_not()
    {
        await using var instance = await TestInstance.CreateAsync(guest, withVolume: false);
        var (newer, older) = (TestInstance.EndRequest(), TestInstance.EndRequest());
        newer["protocol"] = AgentProtocol.Version + 1;
        older.Remove("protocol");

        AssertRefused(await instance.AnswerAsync("stop", newer), AgentError.UnsupportedProtocol);
        Assert.True((await instance.AnswerAsync("stop", older)).GetProperty("ok").GetBoolean());
    }

    [Fact]
    public void Each_word_that_the_program_refuses_with_is_known_to_the_app()
    {
        var program = File.ReadAllText(RepositoryRoot.File("infra", "instance", "shellbox-instance"));
        var said = Regex.Matches(program, @"(?:Refusal\(|""error"": )""(?<word>[a-z-]+)""").Select(m => m.Groups["word"].Value);
        var known = typeof(AgentError).GetFields().Select(f => (string)f.GetRawConstantValue()!);

        Assert.Equal(known.Order(StringComparer.Ordinal), said.Distinct().Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("start", "not JSON")]
    [InlineData("start", "[]")]
    [InlineData("stop", "")]
    [InlineData("stop", "{\"box\":\"../x\"}")]
    [InlineData("status", "{\"box\":\"../x\"}")]
    [InlineData("continue", "{\"box\":\"../x\"}")]
    [InlineData("wait-device", "{\"lun\":\"../x\"}")]
    [InlineData("wait-device", "{\"lun\":64}")]
    public async Task A_request_that_is_none_is_answered_all_the_same(string verb, string input)
    {
        await using var instance = await TestInstance.CreateAsync(guest, withVolume: false);

        var run = await instance.RunAsync(verb, input);

        AssertRefused(JsonDocument.Parse(run.Succeeded()).RootElement, "invalid-request");
    }

    [Fact]
    public async Task An_unknown_verb_is_wrong_usage()
    {
        await using var instance = await TestInstance.CreateAsync(guest, withVolume: false);

        var run = await instance.RunAsync("exec", "{}");

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("usage:", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_disk_that_does_not_appear_is_named_after_the_timeout()
    {
        await using var instance = await TestInstance.CreateAsync(guest, withVolume: false);
        var request = Request();
        request["deviceTimeoutSeconds"] = 0.1;

        var answer = await instance.AnswerAsync("start", request);

        AssertRefused(answer, "device-timeout");
        Assert.Equal("wait-for-disk", answer.GetProperty("step").GetString());
        Assert.Contains("LUN 0", answer.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_device_can_be_waited_for_without_touching_anything()
    {
        await using var instance = await TestInstance.CreateAsync(guest);
        instance.Detach();

        var missing = await instance.AnswerAsync("wait-device", Device(timeoutSeconds: 0.1));
        var waiting = instance.AnswerAsync("wait-device", Device(timeoutSeconds: 60));
        instance.Attach();
        var (came, there) = (await waiting, await instance.AnswerAsync("wait-device", Device(timeoutSeconds: 0)));

        AssertRefused(missing, "device-timeout");
        Assert.Equal("wait-for-disk", missing.GetProperty("step").GetString());
        Assert.All(
            [came, there],
            answer =>
            {
                Assert.True(answer.GetProperty("ok").GetBoolean(), answer.ToString());
                Assert.Equal(instance.VolumePath, answer.GetProperty("device").GetString());
                var step = Assert.Single(answer.GetProperty("steps").EnumerateArray());
                Assert.True(step.GetProperty("seconds").GetDouble() >= 0);
            }
        );
        Assert.False(Directory.Exists(Path.Combine(instance.Root, "run")));
        Assert.False(instance.IsMounted());
        Assert.False(instance.HasLoopDevice());

        static JsonObject Device(double timeoutSeconds) => new() { ["lun"] = 0, ["timeoutSeconds"] = timeoutSeconds };
    }

    [Fact]
    public async Task A_newer_operation_ends_the_wait_of_an_older_one()
    {
        await using var instance = await TestInstance.CreateAsync(guest, withVolume: false);
        var waiting = instance.AnswerAsync("start", Request());
        await Wait.UntilAsync(() => File.Exists(Path.Combine(instance.RunDirectory, "lock")), "start waits");

        var stopped = await instance.StopAsync(epoch: 2);

        Assert.True(stopped.GetProperty("ok").GetBoolean());
        AssertRefused(await waiting, "stale-epoch");
    }

    [Theory]
    [InlineData("""{"layoutVersion":2,"diskGeneration":0}""", "version is 2")]
    [InlineData("""{"layoutVersion":1,"diskGeneration":0,"memoryMiB":1e12}""", "memory")]
    [InlineData("""{"layoutVersion":1,"diskGeneration":0,"memoryMiB":-1}""", "memory")]
    [InlineData("""{"diskGeneration":0}""", "volume.json")]
    [InlineData("", "volume.json")]
    [InlineData(null, "no volume.json")]
    public async Task A_volume_of_an_unknown_layout_is_refused_and_let_go(string? layout, string says)
    {
        await using var instance = await TestInstance.CreateAsync(guest);
        string[] remove = ["-w", "-R", "rm volume.json", instance.VolumePath];
        (await ProgramRun.OfAsync("/usr/sbin/debugfs", remove, cancellation: TestContext.Current.CancellationToken)).Succeeded();
        if (layout is not null)
        {
            var file = Path.Combine(instance.Root, "volume.json");
            await File.WriteAllTextAsync(file, layout, TestContext.Current.CancellationToken);
            string[] write = ["-w", "-R", $"write {file} volume.json", instance.VolumePath];
            (await ProgramRun.OfAsync("/usr/sbin/debugfs", write, cancellation: TestContext.Current.CancellationToken)).Succeeded();
        }

        var answer = await instance.AnswerAsync("start", Request());

        AssertRefused(answer, "unknown-layout");
        Assert.Contains(says, answer.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal("mount-volume", answer.GetProperty("step").GetString());
        Assert.False(instance.IsMounted());
        Assert.False(instance.HasLoopDevice());
    }

    [Fact]
    public async Task A_disk_without_a_filesystem_is_no_volume()
    {
        await using var instance = await TestInstance.CreateAsync(guest, withVolume: false);
        await using (var disk = File.Create(instance.VolumePath))
            disk.SetLength(1 << 20);
        instance.Attach();

        AssertRefused(await instance.AnswerAsync("start", Request()), "unknown-layout");
    }

    [Fact]
    public async Task A_taken_port_is_named_and_the_volume_let_go()
    {
        await using var instance = await TestInstance.CreateAsync(guest);
        using var other = new TcpListener(IPAddress.Parse(instance.Address), TestInstance.Port);
        other.Start();

        var answer = await instance.AnswerAsync("start", Request());

        AssertRefused(answer, "port-busy");
        Assert.Equal("start-qemu-process", answer.GetProperty("step").GetString());
        Assert.Null(instance.QemuProcessId());
        Assert.False(instance.IsMounted());
    }

    [Fact]
    public async Task A_volume_that_is_mounted_elsewhere_is_left_alone()
    {
        await using var instance = await TestInstance.CreateAsync(guest);
        var elsewhere = Directory.CreateDirectory(Path.Combine(instance.Root, "elsewhere")).FullName;
        var cancellation = TestContext.Current.CancellationToken;
        (await ProgramRun.OfAsync("mount", ["-o", "loop", instance.VolumePath, elsewhere], cancellation: cancellation)).Succeeded();
        try
        {
            var answer = await instance.AnswerAsync("start", Request());

            AssertRefused(answer, "volume-busy");
            Assert.Contains(elsewhere, answer.GetProperty("message").GetString(), StringComparison.Ordinal);
        }
        finally
        {
            (await ProgramRun.OfAsync("umount", [elsewhere], cancellation: CancellationToken.None)).Succeeded();
        }
    }

    [Fact]
    public async Task A_missing_program_is_named_with_the_package_that_has_it()
    {
        await using var instance = await TestInstance.CreateAsync(guest);

        var answer = await instance.AnswerAsync("start", Request(), new Dictionary<string, string> { ["PATH"] = "/nowhere" });

        AssertRefused(answer, "missing-program");
        Assert.Equal(
            "qemu-system-x86_64 is not installed on this instance; install the Debian package qemu-system-x86.",
            answer.GetProperty("message").GetString()
        );
    }

    [Fact]
    public async Task A_box_that_never_ran_here_is_stopped_already()
    {
        await using var instance = await TestInstance.CreateAsync(guest, withVolume: false);

        var stopped = await instance.StopAsync();
        var status = await instance.StatusAsync();

        Assert.True(stopped.GetProperty("ok").GetBoolean());
        Assert.False(stopped.GetProperty("stopped").GetBoolean());
        Assert.False(status.GetProperty("running").GetBoolean());
        Assert.False(status.GetProperty("mounted").GetBoolean());
    }

    private static JsonObject Request()
    {
        var request = TestInstance.StartRequest(key: null);
        request["authorizedKey"] = SomeKey;
        request["deviceTimeoutSeconds"] = 20;
        return request;
    }

    private static void AssertRefused(JsonElement answer, string error)
    {
        Assert.False(answer.GetProperty("ok").GetBoolean());
        Assert.Equal(error, answer.GetProperty("error").GetString());
    }
}
