using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Shellbox.Activities.Pool;
using Shellbox.Contracts.Pool;
using Shellbox.Functions.Http;

namespace Shellbox.Functions.Pool;

/// <summary>Instance-hours and disk-hours by state, day by day.</summary>
public sealed class ShowPoolCost(PoolStore pool)
{
    private const int MaxDays = 366;
    private const string OfInstances = "instances_";
    private const string OfDisks = "volumes_";

    [Function(nameof(ShowPoolCost))]
    public async Task<IActionResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "pool/cost")] HttpRequest request,
        CancellationToken cancellationToken
    )
    {
        var text = request.Query["days"].ToString();
        var days = 7;
        if (
            text.Length > 0
            && !(int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out days) && days is >= 1 and <= MaxDays)
        )
        {
            return Problems.InvalidRequest($"'days' is a number of days, from 1 to {MaxDays}; it was '{text}'.");
        }

        var found = await pool.ReadCostAsync(days, cancellationToken);
        return new OkObjectResult(
            new PoolCost(
                (await pool.ReadAsync(cancellationToken)).SampledAt,
                Sum(found, OfInstances),
                Sum(found, OfDisks),
                [.. found.Select(d => new PoolCostDay(d.Day, Of(d, OfInstances), Of(d, OfDisks)))]
            )
        );
    }

    private static SortedDictionary<string, double> Sum(IEnumerable<PoolHours> days, string prefix) =>
        new(
            days.SelectMany(d => Of(d, prefix)).GroupBy(h => h.Key).ToDictionary(g => g.Key, g => Math.Round(g.Sum(h => h.Value), 3)),
            StringComparer.Ordinal
        );

    private static SortedDictionary<string, double> Of(PoolHours day, string prefix) =>
        new(
            day.Hours.Where(h => h.Key.StartsWith(prefix, StringComparison.Ordinal))
                .ToDictionary(h => h.Key[prefix.Length..], h => Math.Round(h.Value, 3)),
            StringComparer.Ordinal
        );
}
