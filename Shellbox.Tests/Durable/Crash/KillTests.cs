using System.Globalization;
using Shellbox.Embedded.Engine.Storage;
using Xunit;

namespace Shellbox.Tests.Durable.Crash;

/// <summary>
/// A process that runs orchestrations is killed at random instants, again and again, on the same file. More kills than a usual run has:
/// <c>SHELLBOX_CRASH_KILLS</c>. The instants of a run that failed: <c>SHELLBOX_CRASH_SEED</c>, as far as chance repeats itself.
/// </summary>
public class KillTests
{
    private const int Lanes = 4;

    /// <summary>More than chance can bring about: no journey is the reason of its process's end.</summary>
    private const int NeverGivenUp = 1000;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task Nothing_is_lost_or_done_twice_however_often_the_process_is_killed()
    {
        var seed = Setting("SHELLBOX_CRASH_SEED", Random.Shared.Next());
        var kills = Setting("SHELLBOX_CRASH_KILLS", 200);
        var faults = new List<string>();
        var done = 0;

        await Parallel.ForAsync(0, Lanes, TestContext.Current.CancellationToken, async (lane, cancellation) =>
        {
            using var folder = new TestFolder();
            var random = new Random(seed + lane);
            var replay = lane % 2 == 1;
            using (new DurableStore(Victim.Options(folder.Path).DatabasePath, false, _ => { }))
            using (var audit = new FileAudit(Victim.Options(folder.Path).DatabasePath))
                audit.Install();

            var mine = (kills + Lanes - 1 - lane) / Lanes;
            for (var kill = 0; kill < mine; kill++)
            {
                await KillOnceAsync(folder.Path, replay, random, cancellation);
                Interlocked.Increment(ref done);
            }

            var found = await FinishAsync(folder.Path, replay, cancellation);
            lock (faults)
                faults.AddRange(found.Select(f => $"lane {lane}: {f}"));
        });

        Assert.Equal(kills, done);
        Assert.True(faults.Count == 0, $"After {kills} kills with SHELLBOX_CRASH_SEED={seed}:\n" + string.Join('\n', faults.Take(50)));
    }

    [Fact]
    public async Task A_second_process_on_the_same_file_is_refused_until_the_first_is_gone()
    {
        using var folder = new TestFolder();
        var path = Victim.Options(folder.Path).DatabasePath;
        using var first = VictimProcess.Start(VictimMode.Endless, folder.Path, false, NeverGivenUp);
        while (!File.Exists(Ledger.PathIn(folder.Path)) || new FileInfo(Ledger.PathIn(folder.Path)).Length == 0)
        {
            Assert.False(first.HasExited);
            await Task.Delay(1, TestContext.Current.CancellationToken);
        }

        var refused = Assert.Throws<InvalidOperationException>(() => new DurableStore(path, true, _ => { }));
        await first.KillAsync();
        new DurableStore(path, true, _ => { }).Dispose();

        Assert.Contains($"is in use by process {first.Id}.", refused.Message, StringComparison.Ordinal);
        Assert.Contains("EmbeddedHost:DatabasePath", refused.Message, StringComparison.Ordinal);
    }

    /// <summary>Lets a process go on for a random while, mostly counted in what it gets done, so that a slow machine gets as far as a fast one.</summary>
    private static async Task KillOnceAsync(string folder, bool replay, Random random, CancellationToken cancellation)
    {
        var ledger = new FileInfo(Ledger.PathIn(folder));
        using var victim = VictimProcess.Start(VictimMode.Endless, folder, replay, NeverGivenUp);
        if (random.Next(8) == 0)
        {
            // In the middle of its start, or of going on with what was left.
            await Task.Delay(random.Next(400), cancellation);
        }
        else
        {
            var enough = (ledger.Exists ? ledger.Length : 0) + random.Next(2000);
            while (!ledger.Exists || ledger.Length < enough)
            {
                if (victim.HasExited)
                    Assert.Fail($"The process ended by itself with {victim.ExitCode}: {await victim.ErrorsAsync()}");
                await Task.Delay(1, cancellation);
                ledger.Refresh();
            }
        }

        Assert.False(victim.HasExited);
        await victim.KillAsync();
    }

    /// <summary>Lets the rest come to its end, and looks at everything.</summary>
    private static async Task<List<string>> FinishAsync(string folder, bool replay, CancellationToken cancellation)
    {
        var faults = new List<string>();
        using (var last = VictimProcess.Start(VictimMode.Finish, folder, replay, NeverGivenUp))
        using (var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation))
        {
            limit.CancelAfter(Patience);
            try
            {
                await last.WaitAsync(limit.Token);
                if (last.ExitCode != 0)
                    faults.Add($"The last process ended with {last.ExitCode}: {await last.ErrorsAsync()}");
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
            {
                faults.Add("Not everything came to its end.");
            }
        }

        using var ledger = new Ledger(folder);
        using var audit = new FileAudit(Victim.Options(folder).DatabasePath);
        if (audit.Integrity != "ok")
            faults.Add($"The file is broken: {audit.Integrity}");
        faults.AddRange(audit.Open.Select(id => $"{id} did not complete"));
        faults.AddRange(audit.WrongEnds.Select(id => $"{id} ended twice or wrongly"));
        faults.AddRange(audit.DoubleResults.Select(what => $"{what} is recorded twice"));
        if (audit.LeftOver > 0)
            faults.Add($"{audit.LeftOver} activities, timers or messages are left");
        var journeys = Enumerable.Range(0, ledger.Begun).Select(Journey.Number).ToList();
        if (journeys.Count == 0)
            faults.Add("no journey was ever begun");
        if (audit.Ends != journeys.Sum(j => j.Instances))
            faults.Add($"{audit.Ends} instances ended, not {journeys.Sum(j => j.Instances)}");
        faults.AddRange(journeys.SelectMany(j => j.Faults(audit.OutputOf(j.Id), ledger.Runs)));
        return faults;
    }

    private static int Setting(string name, int otherwise) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
}
