using DurableTask.Core;
using DurableTask.Core.Query;
using Shellbox.Tests.Fixtures;
using Xunit;

namespace Shellbox.Tests.LocalHost;

/// <summary>What is found in a task hub in SQLite, and what is purged from it.</summary>
public sealed class SqliteQueryTests : SqliteHubTest
{
    [Fact]
    public async Task Instances_are_found_by_status_time_and_prefix_page_by_page()
    {
        using var hub = Open();
        for (var i = 0; i < 5; i++)
        {
            await CreateAsync(hub, $"x{i}");
            await TurnAsync(hub, output: i % 2 == 0 ? "1" : null);
            Time.Advance(TimeSpan.FromHours(1));
        }

        await CreateAsync(hub, "y");
        var pages = new List<string>();
        var query = new OrchestrationQuery { InstanceIdPrefix = "x", PageSize = 2 };
        do
        {
            var page = await hub.GetOrchestrationWithQueryAsync(query, Cancel);
            pages.Add(string.Join(' ', Ids(page)));
            query.ContinuationToken = page.ContinuationToken;
        } while (query.ContinuationToken is not null);

        Assert.Equal(["x0 x1", "x2 x3", "x4"], pages);
        Assert.Equal(["x1", "x3"], Ids(await FindAsync(new OrchestrationQuery { RuntimeStatus = [OrchestrationStatus.Running] })));
        Assert.Equal(
            ["x2", "x3"],
            Ids(
                await FindAsync(
                    new OrchestrationQuery
                    {
                        CreatedTimeFrom = Start.UtcDateTime.AddHours(2),
                        CreatedTimeTo = Start.UtcDateTime.AddHours(3),
                    }
                )
            )
        );
        var bare = await FindAsync(new OrchestrationQuery { InstanceIdPrefix = "x0", FetchInputsAndOutputs = false });
        Assert.Equal((null, null), (bare.OrchestrationState.Single().Input, bare.OrchestrationState.Single().Output));

        Task<OrchestrationQueryResult> FindAsync(OrchestrationQuery what) => hub.GetOrchestrationWithQueryAsync(what, Cancel);
    }

    [Fact]
    public async Task A_purge_takes_what_has_ended_within_its_filter_and_nothing_else()
    {
        using var hub = Open();
        foreach (var (id, output) in new[] { ("old", "1"), ("running", null), ("new", "1") })
        {
            if (id == "new")
                Time.Advance(TimeSpan.FromDays(1));
            await CreateAsync(hub, id);
            await TurnAsync(hub, output: output);
        }

        var failed = await hub.PurgeInstanceStateAsync(new PurgeInstanceFilter(default, null, [OrchestrationStatus.Failed]));
        var old = await hub.PurgeInstanceStateAsync(new PurgeInstanceFilter(default, Start.UtcDateTime, null));

        Assert.Equal((0, 1), (failed.DeletedInstanceCount, old.DeletedInstanceCount));
        Assert.Equal(["new", "running"], Ids(await hub.GetOrchestrationWithQueryAsync(new OrchestrationQuery(), Cancel)));
        Assert.Equal(0, (await hub.PurgeInstanceStateAsync("running")).DeletedInstanceCount);
        Assert.Equal(1, (await hub.PurgeInstanceStateAsync("new")).DeletedInstanceCount);
        Assert.Equal("[]", await hub.GetOrchestrationHistoryAsync("new", null));
    }

    private static List<string> Ids(OrchestrationQueryResult page) =>
        [.. page.OrchestrationState.Select(s => s.OrchestrationInstance.InstanceId)];
}
