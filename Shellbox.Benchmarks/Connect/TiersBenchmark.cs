using System.CommandLine;
using System.Globalization;
using Shellbox.Contracts.Operations;
using Shellbox.LocalCloud;
using Spectre.Console;

namespace Shellbox.Benchmarks.Connect;

/// <summary>Each tier of a connect in real time, against the goals of the design, with what each step has of it.</summary>
internal static class TiersBenchmark
{
    /// <summary>
    /// The goals for 2 processors and TCG on the Azure Storage provider, in seconds from the request to the SSH banner. Cold has one for
    /// its tail alone, and for what comes after the disk.
    /// </summary>
    private static readonly Dictionary<string, (double? Median, double? P99)> Goals = new()
    {
        ["hot, running"] = (0.06, 0.2),
        ["hot, paused"] = (0.06, 0.2),
        ["hot, first on its instance"] = (null, null),
        ["hot, first after a start"] = (null, null),
        ["resumable"] = (0.3, 0.6),
        ["warm"] = (0.8, 1.5),
        ["cold"] = (null, 30),
        ["cold, first of all"] = (null, null),
    };

    /// <summary>How long a cold connect may take once the disk is on the instance, by the median.</summary>
    private const double GoalAfterDisk = 0.5;

    /// <summary>Steps of the orchestration; all others are the instance's own, within <c>start-qemu</c>.</summary>
    private static readonly string[] OrchestrationSteps =
    [
        StepName.LookUpVolume,
        StepName.ClaimInstance,
        StepName.RecordTags,
        StepName.UpdateAndAttach,
        StepName.StartQemu,
        StepName.ReadBanner,
    ];

    public static Command CreateCommand()
    {
        var count = new Option<int>("--n")
        {
            Description = "Boxes: each is connected cold, resumable and warm once, and hot 16 times.",
            DefaultValueFactory = _ => 40,
        };
        var seed = new Option<int>("--seed") { Description = "Of the durations that the simulator draws.", DefaultValueFactory = _ => 1 };
        var durable = DurableOption.Create();
        var command = new Command(
            "tiers",
            "Each tier in real time with real QEMU, against its goal, and the share of each step (about 30 s a box)."
        )
        {
            count,
            seed,
            durable,
        };
        command.SetAction(
            (result, cancellationToken) =>
                RunAsync(result.GetValue(count), result.GetValue(seed), DurableOption.Read(result, durable), cancellationToken)
        );
        return command;
    }

    private static async Task<int> RunAsync(int count, int seed, DurableStorage durable, CancellationToken cancellationToken)
    {
        if (count < 1)
        {
            await Console.Error.WriteLineAsync("--n is at least 1.");
            return 2;
        }

        IReadOnlyList<FlowResult> flows = [];
        await AnsiConsole
            .Status()
            .StartAsync(
                "...",
                async status =>
                    flows = await ShellboxFlow.MeasureAsync(
                        count,
                        timeScale: 1,
                        seed,
                        durable,
                        progress => status.Status(Markup.Escape(progress)),
                        cancellationToken
                    )
            );
        var tiers = flows
            .Select(f => (Name: f.Name.Replace("Shellbox, ", "", StringComparison.Ordinal), Flow: f))
            .OrderBy(t => Goals.Keys.ToList().IndexOf(t.Name))
            .ToList();

        AnsiConsole.Write(Summary(tiers));
        AnsiConsole.Write(Shares(tiers));
        AnsiConsole.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"./shellbox bench tiers --n {count} --seed {seed}: from the HTTP request to the answer that follows the SSH banner; "
                    + $"orchestrations in {DurableStorageNames.ForPeople(durable)}. "
                    + $"Azure is simulated in real time; storage (Azurite), SSH and QEMU ({ConnectReport.Accelerator}) are real, "
                    + $"on {Environment.ProcessorCount} processors that all parts share. {LoadAverage.Text()}."
            )
        );
        return 0;
    }

    private static Table Summary(IEnumerable<(string Name, FlowResult Flow)> tiers)
    {
        var table = new Table();
        table.AddColumn("tier");
        foreach (var column in (string[])["n", "p50 s", "goal", "tail s", "goal of p99", "least s", "most s"])
        {
            table.AddColumn(column, c => c.Alignment(Justify.Right));
        }

        foreach (var (name, flow) in tiers)
        {
            var goal = Goals[name];
            Add(name, flow.Total(0), goal.Median, goal.P99);
            if (flow.BeforeQemu.Maximum == 0)
                continue;
            Add("  after the disk is there", new Distribution(flow.Samples.Select(s => s.Qemu!.Value)), GoalAfterDisk, null);
        }

        return table;

        void Add(string name, Distribution measured, double? median, double? tail) =>
            table.AddRow(
                name,
                measured.Count.ToString(CultureInfo.InvariantCulture),
                Distribution.Text(measured.Median),
                Goal(measured.Median, median),
                measured.TailPercent is { } percent ? $"p{percent} {Distribution.Text(measured.Percentile(percent))}" : "-",
                measured.TailPercent is 99 ? Goal(measured.Percentile(99), tail) : Goal(null, tail),
                Distribution.Text(measured.Minimum),
                Distribution.Text(measured.Maximum)
            );
    }

    /// <summary>What is measured is null where it could not be told.</summary>
    private static string Goal(double? measured, double? goal) =>
        goal is { } most
            ? string.Create(CultureInfo.InvariantCulture, $"{most:0.##}{(measured is null ? "" : measured <= most ? " met" : " missed")}")
            : "-";

    private static Table Shares(IReadOnlyList<(string Name, FlowResult Flow)> tiers)
    {
        var table = new Table { Title = new TableTitle("Medians of the steps in s, and their share of the tier's median") };
        table.AddColumn("step");
        foreach (var (name, _) in tiers)
            table.AddColumn(name, c => c.Alignment(Justify.Right));
        var steps = tiers.SelectMany(t => t.Flow.Samples).SelectMany(s => s.Steps).Select(s => s.Name).Distinct().OrderBy(Place).ToList();
        foreach (var step in steps)
        {
            table.AddRow(
                new[] { OrchestrationSteps.Contains(step) ? step : "  " + step }
                    .Concat(
                        tiers.Select(t =>
                        {
                            var taken = t.Flow.Samples.Select(s => s.Steps.Where(x => x.Name == step).Sum(x => x.Seconds)).ToList();
                            var median = new Distribution(taken).Median;
                            return median == 0
                                ? ""
                                : string.Create(
                                    CultureInfo.InvariantCulture,
                                    $"{Distribution.Text(median)} {median / t.Flow.Total(0).Median, 4:0%}"
                                );
                        })
                    )
                    .ToArray()
            );
        }

        return table;

        // The instance's steps stand below the step that they are parts of.
        int Place(string step) =>
            Array.IndexOf(OrchestrationSteps, step) is >= 0 and var place ? place : Array.IndexOf(OrchestrationSteps, StepName.StartQemu);
    }
}
