using System.Globalization;
using System.Text.Json;
using Shellbox.Cli;
using Shellbox.Cli.LocalCloud;
using Shellbox.LocalCloud;
using Shellbox.Tests.Fixtures;
using Xunit;

namespace Shellbox.Tests.Cli.LocalCloud;

/// <summary>The files by which one local cloud at a time lives in a state directory.</summary>
public sealed class StateDirectoryTests : IDisposable
{
    private readonly CommandUser _user = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private CloudPaths Paths => new(RepositoryRoot.Path, _user.State);

    [Fact]
    public async Task A_second_cloud_in_a_directory_is_refused_and_told_who_has_it()
    {
        using (StateLock.Take(Paths))
        {
            var refused = Assert.Throws<CliException>(() => StateLock.Take(Paths));
            Assert.Equal(ExitCode.Failed, refused.ExitCode);
            Assert.Contains(_user.State, refused.Message, StringComparison.Ordinal);
            Assert.Contains($"process {Environment.ProcessId}", refused.Message, StringComparison.Ordinal);

            // The kernel holds it, so it holds between processes as well.
            var flock = await ProgramRun.OfAsync("flock", ["--nonblock", Paths.Lock, "true"], cancellation: Cancel);
            Assert.Equal(1, flock.ExitCode);
        }

        // What a cloud leaves behind does not lock the next one out.
        Assert.True(File.Exists(Paths.Lock));
        StateLock.Take(Paths).Dispose();
    }

    [Theory]
    [InlineData("up")]
    [InlineData("demo")]
    public async Task A_directory_that_sshd_cannot_be_configured_with_is_refused_before_anything_is_made(string command)
    {
        var directory = Path.Combine(_user.Home, "with a blank");

        var run = (await _user.RunAsync(command, "--state", directory)).EndedWith(ExitCode.Usage);

        Assert.Contains($"'{directory}'", run.Error, StringComparison.Ordinal);
        Assert.Contains("--state", run.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(directory));
    }

    [Fact]
    public async Task What_a_killed_cloud_left_running_is_ended_by_the_next_and_nothing_else_is()
    {
        await using var leftover = ChildProcess.Start(Sleeper("Azurite"), Paths.Logs);
        await using var bystander = ChildProcess.Start(Sleeper("a bystander"), Paths.Logs);
        await using var ended = ChildProcess.Start(Sleeper("the Functions app"), Paths.Logs);
        var killed = new ProcessLedger(Paths, TimeProvider.System);
        killed.Add(leftover);
        killed.Add(ended);
        await ended.StopAsync(TimeProvider.System);

        // A process id that is used again belongs to another process now: its start time tells.
        var records = JsonSerializer.Deserialize(
            await File.ReadAllTextAsync(Paths.Processes, Cancel),
            LocalCloudJson.Default.ListProcessRecord
        )!;
        records.Add(records[0] with { Name = "the Azure simulator", Id = bystander.Id, StartTicks = "1" });
        await File.WriteAllTextAsync(Paths.Processes, JsonSerializer.Serialize(records, LocalCloudJson.Default.ListProcessRecord), Cancel);

        var names = await new ProcessLedger(Paths, TimeProvider.System).EndLeftoversAsync(Cancel);

        Assert.Equal(["Azurite"], names);
        await leftover.WaitForExitAsync(Cancel);
        Assert.False(bystander.HasExited);
        Assert.Empty(await new ProcessLedger(Paths, TimeProvider.System).EndLeftoversAsync(Cancel));
    }

    [Fact]
    public async Task A_ledger_that_cannot_be_read_is_taken_for_an_empty_one()
    {
        Directory.CreateDirectory(_user.State);
        await File.WriteAllTextAsync(Paths.Processes, "[{", Cancel);

        Assert.Empty(await new ProcessLedger(Paths, TimeProvider.System).EndLeftoversAsync(Cancel));
    }

    [Fact]
    public async Task A_child_that_ends_unasked_is_reported_with_its_exit_code_and_the_end_of_its_log()
    {
        await using var child = ChildProcess.Start(
            Sleeper("the Azure simulator") with
            {
                CommandLine = ["sh", "-c", "echo it is broken >&2; exit 7"],
            },
            Paths.Logs
        );
        await child.WaitForExitAsync(Cancel);

        var failure = child.UnexpectedExit();

        Assert.StartsWith("The Azure simulator ended unexpectedly with exit code 7.", failure.Message, StringComparison.Ordinal);
        Assert.EndsWith("\n  it is broken", failure.Message, StringComparison.Ordinal);
        Assert.Contains(child.LogFile, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_file_that_holds_the_keys_is_its_owners_alone_and_its_keys_go_to_its_own_cloud_alone()
    {
        new CloudFile
        {
            Url = new Uri("http://127.0.0.1:7071"),
            FunctionKey = "the-function-key",
            AdminKey = "the-admin-key",
            IdentityFile = "/keys/user",
            StorageConnectionString = "storage",
            Processes = new Dictionary<string, int>(),
        }.Write(_user.State);

        var mode = await ProgramRun.OfAsync("stat", ["-c", "%a", Path.Combine(_user.State, CloudFile.FileName)], cancellation: Cancel);
        Assert.Equal("600\n", mode.Succeeded());

        var own = Resolve(url: null);
        Assert.Equal(("the-function-key", "the-admin-key", "/keys/user"), (own.FunctionKey, own.AdminKey, own.IdentityFile));
        Assert.StartsWith(_user.State, own.KnownHostsDirectory, StringComparison.Ordinal);

        foreach (var other in new[] { "http://127.0.0.1:7072", "https://127.0.0.1:7071", "http://elsewhere.example:7071" })
        {
            var foreign = Resolve(other);
            Assert.Equal((null, null, $"{_user.Home}/.ssh/id_ed25519"), (foreign.FunctionKey, foreign.AdminKey, foreign.IdentityFile));
            Assert.StartsWith($"{_user.Home}/.local/state", foreign.KnownHostsDirectory, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Ports_that_are_taken_are_all_different_and_a_used_one_is_refused()
    {
        var ports = LoopbackPorts.TakeFree(20);
        Assert.Equal(20, ports.Distinct().Count());

        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        var used = ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;

        var refused = Assert.Throws<CliException>(() => Preflight.RequireFreePort(used));
        Assert.Contains(used.ToString(CultureInfo.InvariantCulture), refused.Message, StringComparison.Ordinal);
        Assert.Contains("--port", refused.Message, StringComparison.Ordinal);
        Preflight.RequireFreePort(0);
    }

    [Theory]
    [InlineData(
        "qemu-system-x86_64",
        "QEMU is missing. Install it with 'apt-get install qemu-system-x86'; './shellbox up' does that, too."
    )]
    [InlineData("ssh", "The OpenSSH client is missing. Install it with 'apt-get install openssh-client'; './shellbox up' does that, too.")]
    [InlineData("node", "Node is missing. Install Node 20 or later with npm (https://nodejs.org).")]
    public void A_missing_program_is_named_with_the_package_that_has_it(string missing, string sentence)
    {
        var bin = Directory.CreateDirectory(Path.Combine(_user.Home, "bin")).FullName;
        foreach (var program in new[] { "qemu-system-x86_64", "sshd", "ssh", "node" }.Where(p => p != missing))
            File.WriteAllText(Path.Combine(bin, program), "");

        var refused = Assert.Throws<CliException>(() => Preflight.Check(Paths, _user.Environment(path: bin)));

        Assert.Equal((ExitCode.Failed, sentence), (refused.ExitCode, refused.Message));
    }

    public void Dispose() => _user.Dispose();

    private ConnectionSettings Resolve(string? url) =>
        ConnectionSettings.Resolve(new ConnectionOptions(url, Key: null, AdminKey: null, Identity: null, State: null), _user.Environment());

    private static ChildCommand Sleeper(string name) =>
        new(name, $"{name.Replace(' ', '-')}.log", ["sleep", "600"], new Dictionary<string, string>(), TimeSpan.FromSeconds(10));
}
