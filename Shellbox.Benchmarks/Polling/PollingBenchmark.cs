using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Shellbox.Benchmarks.Connect;
using Shellbox.Benchmarks.Durable;
using Shellbox.Contracts;
using Shellbox.Contracts.Operations;
using Shellbox.LocalCloud;
using Spectre.Console;

namespace Shellbox.Benchmarks.Polling;

/// <summary>
/// What Durable's longest pause between two looks at a queue (<c>maxQueuePollingInterval</c>) is worth and costs when two hosts share one
/// hub: a message from one to the other waits for a look. The settings take turns, so that a busy minute of the machine meets all of them.
/// </summary>
internal static class PollingBenchmark
{
    private const string Setting = "AzureFunctionsJobHost__extensions__durableTask__storageProvider__maxQueuePollingInterval";

    /// <summary>Samples of a kind between two starts of the hosts.</summary>
    private const int SamplesPerTurn = 10;

    /// <summary>Two hosts have shared out the control queues by then.</summary>
    private static readonly TimeSpan SettleTime = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan IdleTime = TimeSpan.FromSeconds(20);

    public static Command CreateCommand()
    {
        var count = new Option<int>("--n") { Description = "Samples of each kind and setting.", DefaultValueFactory = _ => 20 };
        var intervals = new Option<int[]>("--intervals")
        {
            Description = "The settings, in milliseconds.",
            DefaultValueFactory = _ => [100, 250, 500, 1000],
            AllowMultipleArgumentsPerToken = true,
        };
        var command = new Command(
            "polling",
            "Two hosts on one hub: latency and storage transactions by maxQueuePollingInterval (about 20 minutes)."
        )
        {
            count,
            intervals,
        };
        command.SetAction((result, cancellationToken) => RunAsync(result.GetValue(count), result.GetValue(intervals)!, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(int count, int[] intervals, CancellationToken cancellationToken)
    {
        if (count < 1 || intervals.Length == 0 || intervals.Any(i => i is < 50 or > 60_000))
        {
            await Console.Error.WriteLineAsync("--n is at least 1, the intervals from 50 to 60,000 ms.");
            return 2;
        }

        var results = intervals.Select(i => new PollingResult(TimeSpan.FromMilliseconds(i))).ToList();
        var state = Directory.CreateTempSubdirectory("shellbox-bench-");
        try
        {
            var paths = new CloudPaths(Repository.Root, state.FullName);
            await using var cloud = await ShellboxCloud.StartAsync(1, 20, 1, cancellationToken, writeRequests: true);
            await cloud.ConnectAsync(ShellboxCloud.Box(1), cancellationToken);
            for (var turn = 0; turn * SamplesPerTurn < count; turn++)
            {
                foreach (var result in results)
                {
                    var samples = Math.Min(SamplesPerTurn, count - (turn * SamplesPerTurn));
                    AnsiConsole.WriteLine(
                        string.Create(
                            CultureInfo.InvariantCulture,
                            $"turn {turn + 1}, {result.Interval.TotalMilliseconds:0} ms. {LoadAverage.Text()}."
                        )
                    );
                    await MeasureConnectsAsync(cloud, result, samples, cancellationToken);
                    await cloud.App.DisposeAsync();
                    await MeasureOrchestrationsAsync(paths, cloud.Azurite, result, samples, cancellationToken);
                }
            }
        }
        finally
        {
            state.Delete(recursive: true);
        }

        AnsiConsole.Write(Latencies(results));
        AnsiConsole.Write(Traffic(results));
        AnsiConsole.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"./shellbox bench polling --n {count}: two hosts on one Azurite and one hub, {Environment.ProcessorCount} processors. "
                    + $"{LoadAverage.Text()}. Dollars: a general-purpose v2 account, LRS, East US."
            )
        );
        return 0;
    }

    private static async Task MeasureConnectsAsync(
        ShellboxCloud cloud,
        PollingResult result,
        int samples,
        CancellationToken cancellationToken
    )
    {
        var settings = new Dictionary<string, string> { [Setting] = result.Interval.ToString("c") };
        await cloud.App.DisposeAsync();
        var starting = cloud.StartAnotherAppAsync(settings, cancellationToken);
        await cloud.StartAppAsync(settings, cancellationToken);
        await using var other = await starting;
        var apps = (BenchmarkApp[])[cloud.App, other];
        foreach (var app in apps)
            await cloud.ConnectAsync(ShellboxCloud.Box(1), cancellationToken, app);
        await Task.Delay(SettleTime, cancellationToken);
        var position = cloud.Azurite.Requests.Position;
        var start = Stopwatch.GetTimestamp();
        await Task.Delay(IdleTime, cancellationToken);
        result.Idle.AddRange(cloud.Azurite.Requests.Since(position));
        result.IdleSeconds += Stopwatch.GetElapsedTime(start).TotalSeconds;
        for (var i = 0; i < samples; i++)
        {
            await PauseAsync(cancellationToken);
            start = Stopwatch.GetTimestamp();
            var connected = await cloud.ConnectAsync(ShellboxCloud.Box(1), cancellationToken, apps[i % apps.Length]);
            result.Hot.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
            if (connected.Tier is not Tier.Hot)
                throw new InvalidOperationException($"The connect was {connected.Tier.Word()}, not hot.");
        }
    }

    private static async Task MeasureOrchestrationsAsync(
        CloudPaths paths,
        BenchmarkAzurite azurite,
        PollingResult result,
        int samples,
        CancellationToken cancellationToken
    )
    {
        // A hub of its own: the other app would be given what it does not know.
        var settings = new Dictionary<string, string>
        {
            [Setting] = result.Interval.ToString("c"),
            ["AzureFunctionsJobHost__extensions__durableTask__hubName"] = "Benchmark",
        };
        var starting = DurableHost.StartAsync(paths, azurite.ConnectionString, settings, cancellationToken, number: 2);
        await using var first = await DurableHost.StartAsync(paths, azurite.ConnectionString, settings, cancellationToken);
        await using var second = await starting;
        var hosts = (DurableHost[])[first, second];
        for (var i = 0; i < 6; i++)
            await hosts[i % hosts.Length].RunAsync("One", cancellationToken);
        await Task.Delay(SettleTime, cancellationToken);
        for (var i = 0; i < samples; i++)
        {
            await PauseAsync(cancellationToken);
            result.OneActivity.Add(await hosts[i % hosts.Length].TimeAsync("One", cancellationToken) / 1000);
        }
    }

    /// <summary>
    /// Long enough for every queue to be looked at as seldom as may be; not always the same, so that no sample keeps step with the looks.
    /// </summary>
    private static Task PauseAsync(CancellationToken cancellationToken) =>
        Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.Next(3000, 4000)), cancellationToken);

    private static Table Latencies(List<PollingResult> results)
    {
        var table = new Table { Title = new TableTitle("After 3 to 4 s of idleness, in s") };
        foreach (var column in (string[])["interval ms", "n", "one activity p50", "p95", "most", "hot connect p50", "p95", "most"])
        {
            table.AddColumn(column, c => c.Alignment(Justify.Right));
        }

        foreach (var result in results)
        {
            var (one, hot) = (new Distribution(result.OneActivity), new Distribution(result.Hot));
            table.AddRow(
                Text(result.Interval),
                one.Count.ToString(CultureInfo.InvariantCulture),
                Distribution.Text(one.Median),
                Distribution.Text(one.Percentile(95)),
                Distribution.Text(one.Maximum),
                Distribution.Text(hot.Median),
                Distribution.Text(hot.Percentile(95)),
                Distribution.Text(hot.Maximum)
            );
        }

        return table;
    }

    private static Table Traffic(List<PollingResult> results)
    {
        var table = new Table { Title = new TableTitle("Storage transactions of both hosts while idle, in 1/s") };
        foreach (
            var column in (string[])
                [
                    "interval ms",
                    "a control queue (of 4)",
                    "activities, a host",
                    "app's queues, a host",
                    "leases",
                    "other",
                    "all",
                    "million a day",
                    "$ a month",
                ]
        )
        {
            table.AddColumn(column, c => c.Alignment(Justify.Right));
        }

        foreach (var result in results)
        {
            var (control, activities) = (result.PerSecond(PollingResult.IsControlQueue), result.PerSecond(PollingResult.IsActivityQueue));
            var app = result.PerSecond(PollingResult.IsAppQueue);
            var (leases, all) = (result.PerSecond(PollingResult.IsLease), result.PerSecond(_ => true));
            table.AddRow(
                Text(result.Interval),
                Distribution.Text(control / 4),
                Distribution.Text(activities / 2),
                Distribution.Text(app / 2),
                Distribution.Text(leases),
                Distribution.Text(all - control - activities - app - leases),
                Distribution.Text(all),
                Distribution.Text(all * 86_400 / 1e6),
                Distribution.Text(result.CostOfMonth)
            );
        }

        return table;
    }

    private static string Text(TimeSpan interval) => interval.TotalMilliseconds.ToString("0", CultureInfo.InvariantCulture);
}
