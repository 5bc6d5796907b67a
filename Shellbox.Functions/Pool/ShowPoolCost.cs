using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Shellbox.Activities.Pool;
using Shellbox.Activities.State;
using Shellbox.Functions.Http;

namespace Shellbox.Functions.Pool;

/// <summary>Instance-hours and disk-hours by state, day by day.</summary>
public sealed class ShowPoolCost(PoolStore pool, StateTables tables)
{
    private const int MostDays = 366;

    [Function(nameof(ShowPoolCost))]
    public Task<IActionResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "pool/cost")] HttpRequest request,
        CancellationToken cancellationToken
    ) =>
        Problems.GuardAsync(
            tables,
            async () =>
            {
                var text = request.Query["days"].ToString();
                var days = 7;
                if (
                    text.Length > 0
                    && !(int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out days) && days is >= 1 and <= MostDays)
                )
                {
                    return Problems.InvalidRequest($"'days' is a number of days, from 1 to {MostDays}; it was '{text}'.");
                }

                var found = await pool.ReadCostAsync(days, cancellationToken);
                return new OkObjectResult(
                    new
                    {
                        sampledAt = (await pool.ReadAsync(cancellationToken)).SampledAt,
                        instanceHours = Sum("instances_"),
                        diskHours = Sum("volumes_"),
                        days = found.Select(d => new
                        {
                            day = d.Day,
                            instanceHours = Of(d, "instances_"),
                            diskHours = Of(d, "volumes_"),
                        }),
                    }
                );

                SortedDictionary<string, double> Sum(string prefix) =>
                    new(
                        found
                            .SelectMany(d => Of(d, prefix))
                            .GroupBy(h => h.Key)
                            .ToDictionary(g => g.Key, g => Math.Round(g.Sum(h => h.Value), 3)),
                        StringComparer.Ordinal
                    );
            }
        );

    private static SortedDictionary<string, double> Of(PoolCostDay day, string prefix) =>
        new(
            day.Hours.Where(h => h.Key.StartsWith(prefix, StringComparison.Ordinal))
                .ToDictionary(h => h.Key[prefix.Length..], h => Math.Round(h.Value, 3)),
            StringComparer.Ordinal
        );
}
