using System.CommandLine;
using Shellbox.Cli.Rendering;
using Shellbox.Contracts.Reconciliation;
using Spectre.Console;

namespace Shellbox.Cli.Commands;

/// <summary><c>reconcile</c>: compares the tables with Azure now, and repairs what may be repaired.</summary>
internal sealed class ReconcileCommand
{
    private readonly Option<bool> dryRun = new("--dry-run") { Description = "Only say what would be repaired" };
    private readonly ClientOptions client;
    private readonly CommandEnvironment environment;

    private ReconcileCommand(Command self, CommandEnvironment environment)
    {
        this.environment = environment;
        self.Add(dryRun);
        client = new ClientOptions(self, withAdminKey: true);
        self.SetAction(RunAsync);
    }

    public static Command Create(CommandEnvironment environment)
    {
        var self = new Command("reconcile", "Compare the tables with Azure and repair what differs (for operators)");
        _ = new ReconcileCommand(self, environment);
        return self;
    }

    private async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var dry = arguments.GetValue(dryRun);
        var json = client.IsJson(arguments);
        var settings = client.Resolve(arguments, environment);
        using var api = ApiClient.Create(settings, environment.Time);
        var document = await FollowedOperation.RunAsync(
            api,
            environment,
            json,
            dry ? "Comparing the tables with Azure" : "Reconciling",
            "reconciliation",
            () => api.ReconcileAsync(dry, TimeSpan.Zero, cancellationToken),
            cancellationToken
        );
        if (json)
        {
            environment.Output.WriteLine(JsonOutput.Format(document.Json));
        }
        else
        {
            Write(document.Read());
        }

        return ExitCode.Ok;
    }

    private void Write(ReconciliationReport report)
    {
        var took = Durations.Format(report.FinishedAt - report.StartedAt);
        environment.Console.WriteLine(
            $"{Counted.Of(report.Resources, "resource")} and {Counted.Of(report.Rows, "row")} compared in {took}: "
                + $"{Counted.Of(report.Found, "finding")}, "
                + $"{Counted.Of(report.Repairs, "repair")}{(report.DryRun ? " (dry run: nothing was changed)" : "")}."
        );
        if (report.Counts is { Count: > 0 } counts)
            environment.Console.Write(FindingTable.Counts(counts));
        foreach (var finding in report.Findings ?? [])
            environment.Console.Write(new Unwrapped(FindingTable.Line(finding), Style.Plain));
        if (report.Findings is { } listed && listed.Count < report.Found)
        {
            environment.Console.WriteLine($"... and {report.Found - listed.Count} more; './shellbox events --day' has them all.");
        }

        if (report.Skipped is { Count: > 0 } skipped)
            environment.Console.Write(new Unwrapped(FindingTable.Skips(skipped), Style.Plain));
    }
}
