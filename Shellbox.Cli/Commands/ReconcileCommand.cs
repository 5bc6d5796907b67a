using System.CommandLine;
using Shellbox.Cli.Rendering;
using Shellbox.Contracts.Reconciliation;
using Spectre.Console;

namespace Shellbox.Cli.Commands;

/// <summary><c>reconcile</c>: compares the tables with Azure now, and repairs what may be repaired.</summary>
internal sealed class ReconcileCommand
{
    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Only say what would be repaired" };
    private readonly ClientOptions _client;
    private readonly CommandEnvironment _environment;

    private ReconcileCommand(Command self, CommandEnvironment environment)
    {
        _environment = environment;
        self.Add(_dryRun);
        _client = new ClientOptions(self, withAdminKey: true);
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
        var dry = arguments.GetValue(_dryRun);
        var json = _client.IsJson(arguments);
        var settings = _client.Resolve(arguments, _environment);
        using var api = ApiClient.Create(settings, _environment.Time);
        var document = await new FollowedOperation(api, _environment, json).RunAsync(
            dry ? "Comparing the tables with Azure" : "Reconciling",
            "reconciliation",
            () => api.ReconcileAsync(dry, TimeSpan.Zero, cancellationToken),
            cancellationToken
        );
        if (json)
        {
            _environment.Output.WriteLine(JsonOutput.Format(document.Json));
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
        _environment.Console.WriteLine(
            $"{Counted.Of(report.Resources, "resource")} and {Counted.Of(report.Rows, "row")} compared in {took}: "
                + $"{Counted.Of(report.Found, "finding")}, "
                + $"{Counted.Of(report.Repairs, "repair")}{(report.DryRun ? " (dry run: nothing was changed)" : "")}."
        );
        if (report.Counts is { Count: > 0 } counts)
            _environment.Console.Write(FindingTable.Counts(counts));
        foreach (var finding in report.Findings ?? [])
            _environment.Console.Write(new Unwrapped(FindingTable.Line(finding), Style.Plain));
        if (report.Findings is { } listed && listed.Count < report.Found)
        {
            _environment.Console.WriteLine($"... and {report.Found - listed.Count} more; './shellbox events --day' has them all.");
        }

        if (report.Skipped is { Count: > 0 } skipped)
            _environment.Console.Write(new Unwrapped(FindingTable.Skips(skipped), Style.Plain));
    }
}
