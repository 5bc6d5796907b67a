using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Shellbox.Benchmarks.Connect;
using Shellbox.Contracts.Http;
using Shellbox.Contracts.Operations;
using Spectre.Console;

namespace Shellbox.Benchmarks.Recovery;

/// <summary>
/// Cold connects in whose midst host and worker, or the worker alone, are killed with SIGKILL; a killed host is started again at once on
/// the same storage. What is measured is the time from the kill until the connect has ended right.
/// </summary>
internal static class RecoveryBenchmark
{
    private const string Nothing = "nothing";
    private const string Both = "host and worker";
    private const string Worker = "worker";

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    public static Command CreateCommand()
    {
        var count = new Option<int>("--n") { Description = "Kills of each kind at each step.", DefaultValueFactory = _ => 3 };
        var scale = new Option<double>("--time-scale") { Description = "What Azure's waits are divided by.", DefaultValueFactory = _ => 5 };
        var seed = new Option<int>("--seed") { Description = "Of the durations that the simulator draws.", DefaultValueFactory = _ => 1 };
        var command = new Command(
            "recovery",
            "Cold connects in whose midst host and worker are killed: the time until they have ended right (4 minutes each)."
        )
        {
            count,
            scale,
            seed,
        };
        command.SetAction(
            (result, cancellationToken) =>
                RunAsync(result.GetValue(count), result.GetValue(scale), result.GetValue(seed), cancellationToken)
        );
        return command;
    }

    private static async Task<int> RunAsync(int count, double scale, int seed, CancellationToken cancellationToken)
    {
        if (count < 1 || scale is not (> 0 and <= 100))
        {
            await Console.Error.WriteLineAsync("--n is at least 1, --time-scale above 0 and at most 100.");
            return 2;
        }

        var trials = new List<RecoveryTrial>();
        await using (var cloud = await ShellboxCloud.StartAsync(count * (1 + (2 * KillPoint.All.Count)), scale, seed, cancellationToken))
        {
            var box = 0;
            for (var round = 0; round < count; round++)
            {
                await AddAsync(Nothing, KillPoint.All[0]);
                foreach (var point in KillPoint.All)
                {
                    await AddAsync(Both, point);
                    await AddAsync(Worker, point);
                }
            }

            async Task AddAsync(string killed, KillPoint point)
            {
                var name = ShellboxCloud.Box(++box);
                var trial = await TryAsync(cloud, name, killed, point, cancellationToken);
                trials.Add(trial);
                AnsiConsole.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{killed}, {point.Name}: {Outcome(trial)}"));

                // Its guest would take a share of the processors from the next.
                if (trial.Failure is null)
                    await cloud.EndGuestAsync(name, save: false, cancellationToken);
            }
        }

        AnsiConsole.Write(Summary(trials));
        AnsiConsole.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"./shellbox bench recovery --n {count} --time-scale {scale} --seed {seed}: from the kill until the box runs and shows its "
                    + $"banner; where nothing is killed, from the request. {Environment.ProcessorCount} processors. {LoadAverage.Text()}."
            )
        );
        return trials.Any(t => t.Failure is not null) ? 1 : 0;
    }

    private static string Outcome(RecoveryTrial trial) =>
        trial switch
        {
            { Failure: { } failure } => string.Create(CultureInfo.InvariantCulture, $"FAILED after {trial.Seconds:0.0} s: {failure}"),
            { Missed: true } => "the connect was further before it could be killed",
            _ => string.Create(CultureInfo.InvariantCulture, $"{trial.Seconds:0.0} s"),
        };

    private static Table Summary(List<RecoveryTrial> trials)
    {
        var table = new Table();
        foreach (var column in (string[])["killed", "in the step"])
            table.AddColumn(column);
        foreach (var column in (string[])["n", "least s", "median s", "most s", "failed", "missed"])
        {
            table.AddColumn(column, c => c.Alignment(Justify.Right));
        }

        foreach (
            var group in trials
                .GroupBy(t => (t.Killed, Point: t.Killed == Nothing ? "" : t.Point))
                .Concat(trials.Where(t => t.Killed != Nothing).GroupBy(t => (t.Killed, Point: "all")))
                .OrderBy(g => g.Key.Killed != Nothing)
        )
        {
            var right = group.Where(t => t is { Failure: null, Missed: false }).Select(t => t.Seconds).ToList();
            var all = right.Count > 0 ? new Distribution(right) : null;
            table.AddRow(
                group.Key.Killed,
                group.Key.Point,
                Text(right.Count),
                Text(all?.Minimum),
                Text(all?.Median),
                Text(all?.Maximum),
                Text(group.Count(t => t.Failure is not null)),
                Text(group.Count(t => t.Missed))
            );
        }

        return table;

        static string Text(IFormattable? value) =>
            value switch
            {
                null => "",
                double seconds => seconds.ToString("0.0", CultureInfo.InvariantCulture),
                _ => value.ToString(null, CultureInfo.InvariantCulture),
            };
    }

    private static async Task<RecoveryTrial> TryAsync(
        ShellboxCloud cloud,
        string box,
        string killed,
        KillPoint point,
        CancellationToken cancellationToken
    )
    {
        var start = Stopwatch.GetTimestamp();
        var id = await cloud.BeginConnectAsync(box, cancellationToken);
        if (killed != Nothing)
        {
            var reached = await ReachAsync(cloud, id, point, cancellationToken);
            start = Stopwatch.GetTimestamp();
            if (!reached)
            {
                var undisturbed = await EndAsync(cloud, id, box, start, cancellationToken);
                return new RecoveryTrial(killed, point.Name, Elapsed(), undisturbed, Missed: true);
            }

            if (killed == Worker)
            {
                cloud.App.Host.KillWorkers();
            }
            else
            {
                await cloud.App.Host.KillAsync(cancellationToken);
                await cloud.App.DisposeAsync();
                await cloud.StartAppAsync(new Dictionary<string, string>(), cancellationToken);
            }
        }

        var failure = await EndAsync(cloud, id, box, start, cancellationToken);
        return new RecoveryTrial(killed, point.Name, Elapsed(), failure);

        double Elapsed() => Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    /// <summary>Waits for the moment of the kill; false when the connect has gone past it.</summary>
    private static async Task<bool> ReachAsync(ShellboxCloud cloud, string id, KillPoint point, CancellationToken cancellationToken)
    {
        var order = KillPoint.All.ToList();
        while (true)
        {
            var seen = await cloud.App.StatusAsync(id, cancellationToken);
            if (seen.IsOver)
                return false;
            var step = seen.Progress?.Step ?? "";
            var at = order.FindIndex(p => p.Steps.Contains(step));
            if (at > order.IndexOf(point))
                return false;
            if (at == order.IndexOf(point))
            {
                await Task.Delay(point.After, cancellationToken);
                return true;
            }

            await Task.Delay(5, cancellationToken);
        }
    }

    /// <summary>Waits until the connect has ended.</summary>
    /// <returns>Why it has not ended right; null when it has.</returns>
    private static async Task<string?> EndAsync(ShellboxCloud cloud, string id, string box, long start, CancellationToken cancellationToken)
    {
        var last = "nothing was seen of it";
        while (Stopwatch.GetElapsedTime(start) < Limit)
        {
            try
            {
                var seen = await cloud.App.StatusAsync(id, cancellationToken);
                switch (seen.RuntimeStatus)
                {
                    case OperationStatus.Completed:
                        return await cloud.FindFaultAsync(box, cancellationToken);
                    case OperationStatus.Failed or OperationStatus.Terminated:
                        return $"it ended as {seen.RuntimeStatus}: {seen.Output}";
                    default:
                        last = $"it is at {seen.Progress?.Step ?? "its beginning"}";
                        break;
                }
            }
            catch (ShellboxClientException e)
            {
                last = e.Message;
            }

            await Task.Delay(100, cancellationToken);
        }

        return $"it has not ended: {last}";
    }
}
