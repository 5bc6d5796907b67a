using System.Globalization;
using System.Text.Json;
using Azure.Data.Tables;
using Shellbox.Activities.State;
using Shellbox.Contracts.Reconciliation;

namespace Shellbox.Activities.Reconciliation;

/// <summary>Keeps the reports of the reconciler's runs, until they are purged with the events of their age.</summary>
public sealed class ReconciliationLog(StateTables tables)
{
    /// <summary>A property holds 64 KiB, that is 32 Ki characters.</summary>
    private const int MaxCharacters = 32_000;

    public async Task WriteAsync(string runId, ReconciliationReport report, CancellationToken cancellationToken)
    {
        var json = JsonSerializer.Serialize(report);
        while (json.Length > MaxCharacters)
        {
            report = report with { Findings = [.. report.Findings.Take(report.Findings.Count / 2)] };
            json = JsonSerializer.Serialize(report);
        }

        // The same key for the same run: the activity may run twice.
        await tables.Events.UpsertEntityAsync(
            new ReconciliationRow
            {
                PartitionKey = ReconciliationRow.Partition,
                RowKey = string.Create(CultureInfo.InvariantCulture, $"{DateTime.MaxValue.Ticks - report.StartedAt.UtcTicks:d19}-{runId}"),
                At = report.FinishedAt,
                Report = json,
            },
            TableUpdateMode.Replace,
            cancellationToken
        );
    }

    /// <summary>The report of the last run; null before the first.</summary>
    public async Task<ReconciliationReport?> FindLastAsync(CancellationToken cancellationToken)
    {
        var rows = tables.Events.QueryAsync<ReconciliationRow>(
            r => r.PartitionKey == ReconciliationRow.Partition,
            maxPerPage: 1,
            cancellationToken: cancellationToken
        );
        await foreach (var row in rows)
            return JsonSerializer.Deserialize<ReconciliationReport>(row.Report);
        return null;
    }
}
