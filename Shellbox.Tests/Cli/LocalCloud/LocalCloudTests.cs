using Shellbox.Cli;
using Shellbox.Tests.Fixtures;
using Xunit;
using static Shellbox.Cli.ExitCode;

namespace Shellbox.Tests.Cli.LocalCloud;

/// <summary>The local cloud of <c>up</c>, in processes as its user has them.</summary>
public sealed class LocalCloudTests(GuestImageFixture guest)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_cloud_has_its_directory_alone_leaves_nothing_when_a_part_is_killed_and_can_be_started_again()
    {
        await guest.DirectoryAsync();
        using var user = new CommandUser();

        await using (var up = Up.Start(user))
        {
            var cloud = await up.StandsAsync();

            var second = (await user.RunAsync("up", "--port", "0")).EndedWith(Failed);
            Assert.Contains($"already runs in {user.State} (process {up.ProcessId})", second.Sentence(), StringComparison.Ordinal);

            // The first goes on, and commands find it by its directory.
            (await user.RunAsync("boxes"))
                .EndedWith(Ok)
                .Shows("dev33  stopped  -         0         never");

            await SignalAsync("-KILL", cloud.Processes["azure-simulator"]);
            var ended = (await up.Run).EndedWith(Failed);
            Assert.StartsWith("The Azure simulator ended unexpectedly with exit code 137.", ended.Error, StringComparison.Ordinal);
            Assert.Empty(ProcessesOf(user.State));
        }

        (await user.RunAsync("boxes")).EndedWith(NotReachable);

        await using (var up = Up.Start(user))
        {
            await up.StandsAsync();

            await SignalAsync("-INT", up.ProcessId);
            (await up.Run).EndedWith(Ok).Shows(@"Stopping the local cloud \.\.\.", @"The local cloud is stopped\.");
            Assert.Empty(ProcessesOf(user.State));
        }
    }

    private static async Task SignalAsync(string signal, int processId) =>
        (await ProgramRun.OfAsync("kill", [signal, $"{processId}"], cancellation: Cancel)).Succeeded();

    /// <summary>Command lines of what still runs and names the directory.</summary>
    private static List<string> ProcessesOf(string directory)
    {
        var found = new List<string>();
        foreach (var process in Directory.EnumerateDirectories("/proc").Where(d => int.TryParse(Path.GetFileName(d), out _)))
        {
            try
            {
                var commandLine = File.ReadAllText(Path.Combine(process, "cmdline")).Replace('\0', ' ');
                if (commandLine.Contains(directory, StringComparison.Ordinal))
                    found.Add(commandLine);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // It has just ended.
            }
        }

        return found;
    }

    /// <summary>An <c>up</c> that runs; it is ended with the test.</summary>
    private sealed class Up : IAsyncDisposable
    {
        private readonly CommandUser _user;

        private Up(CommandUser user)
        {
            _user = user;
            var started = new TaskCompletionSource<int>();
            Run = user.RunProcessAsync(started.SetResult, "up", "--port", "0", "--instances", "1", "--time-scale", "50");
            ProcessId = started.Task.Result;
        }

        public Task<CommandRun> Run { get; }

        public int ProcessId { get; }

        public static Up Start(CommandUser user) => new(user);

        public async Task<CloudFile> StandsAsync() =>
            (
                await Wait.UntilAsync(
                    async () =>
                    {
                        if (Run.IsCompleted)
                            (await Run).EndedWith(-1);
                        return CloudFile.TryRead(_user.State);
                    },
                    cloud => cloud is not null,
                    "the local cloud stands"
                )
            )!;

        public async ValueTask DisposeAsync()
        {
            if (Run.IsCompleted)
                return;
            await SignalAsync("-TERM", ProcessId);
            await Run;
        }
    }
}
