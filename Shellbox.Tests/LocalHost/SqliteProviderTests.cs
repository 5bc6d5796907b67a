using Shellbox.LocalCloud;
using Shellbox.LocalHost;
using Shellbox.Tests.Fixtures;
using Xunit;

namespace Shellbox.Tests.LocalHost;

/// <summary>A host whose task hub is in SQLite.</summary>
public sealed class SqliteProviderTests(AzuriteFixture azurite) : SqliteHubTest
{
    [Fact]
    public async Task A_second_host_does_not_start_and_says_why()
    {
        await using var app = await StartAppAsync();

        var refused = await Assert.ThrowsAsync<FunctionsHostException>(() => app.StartSecondAsync());

        Assert.Contains("hub.db is in use by process", Assert.Single(refused.Faults), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Days_pass_in_an_orchestration_when_its_clock_is_advanced()
    {
        await using var app = await StartAppAsync(Time);
        var id = await app.BeginAsync("SleepsForDays", input: "10");
        await app.UntilStatusAsync(id, "Running");
        Task<System.Text.Json.Nodes.JsonNode> AdvanceAsync()
        {
            Time.Advance(TimeSpan.FromHours(12));
            return app.StatusAsync(id);
        }

        var status = await Wait.UntilAsync(AdvanceAsync, s => (string?)s["runtimeStatus"] == "Completed", "days pass");

        // The first of January 2030, by the orchestration's clock.
        var (began, ended) = ((DateTime)status["output"]!["Began"]!, (DateTime)status["output"]!["Ended"]!);
        Assert.Equal(Start.UtcDateTime, began.ToUniversalTime());
        Assert.InRange(ended - began, TimeSpan.FromDays(10), TimeSpan.FromDays(11));
        Assert.Equal(Start.UtcDateTime, ((DateTime)status["createdTime"]!).ToUniversalTime());
        Assert.Equal(ended.ToUniversalTime(), ((DateTime)status["lastUpdatedTime"]!).ToUniversalTime());
    }

    private Task<HostedApp> StartAppAsync(TimeProvider? time = null) =>
        HostedApp.StartAsync(
            azurite,
            new Dictionary<string, string>
            {
                [DurableStorageNames.Setting] = DurableStorageNames.InHostJson(DurableStorage.Sqlite),
                ["AzureFunctionsJobHost:extensions:durableTask:storageProvider:databasePath"] = DatabasePath,
            },
            time
        );
}
