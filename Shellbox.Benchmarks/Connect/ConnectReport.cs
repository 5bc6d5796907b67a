using System.Globalization;
using System.Text;
using Spectre.Console;

namespace Shellbox.Benchmarks.Connect;

/// <summary>All flows of one run, side by side.</summary>
internal sealed record ConnectReport(IReadOnlyList<FlowResult> Flows, double TimeScale, int Seed, string Command)
{
    private static readonly string[] Columns =
    [
        "flow",
        "n",
        "to QEMU p50 s",
        "p90",
        "p99",
        "QEMU p50 s",
        "to banner p50 s",
        "p99",
        "ARM calls",
        "graph queries",
        "speed-up",
    ];

    /// <summary>What a boot takes where the disk has just come: added to the flows that end where QEMU starts.</summary>
    private double MedianBoot { get; } =
        new Distribution(
            Flows.Where(f => f.Samples[0].BeforeQemu > 0).SelectMany(f => f.Samples).Select(s => s.Qemu).OfType<double>()
        ).Median;

    public IEnumerable<(string Name, Distribution Total)> Totals => Flows.Select(f => (f.Name, f.Total(MedianBoot)));

    public string Conditions =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"Azure is simulated (seed {Seed}, time scale {TimeScale:0.##}: its waits are divided by that and multiplied "
                + $"back); storage, SSH and QEMU are real and unscaled. {Environment.ProcessorCount} processors, .NET "
                + $"{Environment.Version}, QEMU with {Accelerator}."
        );

    public static string Accelerator =>
        File.Exists("/dev/kvm")
        && File.ReadAllText("/proc/cpuinfo") is var cpu
        && (cpu.Contains(" vmx", StringComparison.Ordinal) || cpu.Contains(" svm", StringComparison.Ordinal))
            ? "KVM"
            : "TCG";

    public void Write()
    {
        var table = new Table();
        for (var i = 0; i < Columns.Length; i++)
        {
            var right = i > 0;
            table.AddColumn(Columns[i], c => c.Alignment(right ? Justify.Right : Justify.Left));
        }

        foreach (var row in Rows())
            table.AddRow(row.Select(Markup.Escape).ToArray());
        AnsiConsole.Write(table);
        AnsiConsole.WriteLine(Conditions);
    }

    public string ToMarkdown()
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"`{Command}`").AppendLine();
        text.AppendLine(CultureInfo.InvariantCulture, $"| {string.Join(" | ", Columns)} |");
        text.AppendLine(CultureInfo.InvariantCulture, $"|---|{string.Concat(Enumerable.Repeat("---:|", Columns.Length - 1))}");
        foreach (var row in Rows())
            text.AppendLine(CultureInfo.InvariantCulture, $"| {string.Join(" | ", row)} |");
        return text.AppendLine().AppendLine(Conditions).ToString();
    }

    private IEnumerable<string[]> Rows()
    {
        var old = Flows[0].Total(MedianBoot).Median;
        foreach (var flow in Flows)
        {
            var (before, total) = (flow.BeforeQemu, flow.Total(MedianBoot));
            var qemu = flow.Samples[0].Qemu is null ? MedianBoot : new Distribution(flow.Samples.Select(s => s.Qemu!.Value)).Median;
            var waits = before.Maximum > 0;
            yield return
            [
                flow.Name,
                flow.Samples.Count.ToString(CultureInfo.InvariantCulture),
                waits ? Distribution.Text(before.Median) : "-",
                waits ? Distribution.Text(before.Percentile(90)) : "-",
                waits ? Distribution.Text(before.Percentile(99)) : "-",
                Distribution.Text(qemu),
                Distribution.Text(total.Median),
                Distribution.Text(total.Percentile(99)),
                flow.ArmCalls.ToString("0.#", CultureInfo.InvariantCulture),
                flow.GraphCalls.ToString("0.#", CultureInfo.InvariantCulture),
                (old / total.Median).ToString(old / total.Median < 10 ? "0.0x" : "#,0x", CultureInfo.InvariantCulture),
            ];
        }
    }
}
