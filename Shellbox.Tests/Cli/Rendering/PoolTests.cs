using Shellbox.Cli.Rendering;
using Shellbox.Contracts.Pool;
using Shellbox.Tests.Fixtures;
using Xunit;

namespace Shellbox.Tests.Cli.Rendering;

public sealed class PoolTests
{
    private static readonly DateTimeOffset Now = ConnectShape.Start;
    private static readonly Dictionary<string, double> None = [];

    [Fact]
    public void A_pool_shows_what_there_is_why_it_does_not_grow_and_since_when_it_is_paused() =>
        RenderedText.Is(
            """
            instances    7 (1 free, 3 claimed, 1 quarantined, 2 being created, 0 being removed)
            volumes      12 (4 blank)
            blank boxes  2 ready, 1 starting, 3 wanted
            free         from 5 to 10 are kept, 100 instances in all at most
            growth       The last creation failed: no quota
                         3 failures in a row; the next try is in 4 min
            paused       2 h ago: a look at the quota
            """,
            RenderedText.Of(
                PoolGrid.Of(
                    new PoolReport(
                        new InstanceCounts(7, 1, 3, 1, 2, 0),
                        new VolumeCounts(12, 4),
                        new BlankBoxCounts(2, 1, 3),
                        new PoolGrowthStatus(true, "The last creation failed: no quota", 3, Now.AddMinutes(4), 5, 10, 100),
                        new PoolPause("a look at the quota", Now.AddHours(-2))
                    ),
                    Now
                ),
                100
            )
        );

    [Fact]
    public void Cost_is_a_line_a_day_and_a_column_a_state_with_the_sums() =>
        RenderedText.Is(
            """
            INSTANCE-HOURS  claimed  free   all
            2026-11-24         30.0   4.5  34.5
            2026-11-25          2.3   0.0   2.3
            all                32.3   4.5  36.8

            DISK-HOURS: none were counted yet
            """,
            RenderedText.Of(
                PoolCostTable.Create(
                    new PoolCost(
                        Now,
                        new Dictionary<string, double> { ["free"] = 4.5, ["claimed"] = 32.25 },
                        None,
                        [
                            new PoolCostDay("2026-11-24", new Dictionary<string, double> { ["free"] = 4.5, ["claimed"] = 30 }, None),
                            new PoolCostDay("2026-11-25", new Dictionary<string, double> { ["claimed"] = 2.25 }, None),
                        ]
                    )
                ),
                100
            )
        );
}
