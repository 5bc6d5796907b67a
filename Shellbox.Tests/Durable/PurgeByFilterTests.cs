using System.Net;
using Shellbox.LocalCloud;
using Shellbox.Tests.Fixtures;
using Xunit;

namespace Shellbox.Tests.Durable;

/// <summary>
/// Purges by state and time. They take the instances of any test that still looks at its own, so they run when the others are through.
/// </summary>
[Collection(nameof(PurgeByFilterTests))]
[CollectionDefinition(nameof(PurgeByFilterTests), DisableParallelization = true)]
public sealed class PurgeByFilterTests(AzuriteFixture azurite)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, EachProvider]
    public async Task The_management_API_purges_what_has_ended_as_the_filter_says(DurableStorage provider)
    {
        var app = await azurite.AppOnAsync(provider);
        var (completed, failed, running) = await BeginThreeAsync(app);

        using var none = await app.ManageAsync(HttpMethod.Delete, "instances?createdTimeFrom=2200-01-01T00:00:00Z&runtimeStatus=Completed");
        using var noTime = await app.ManageAsync(HttpMethod.Delete, "instances?runtimeStatus=Completed");
        using var purged = await app.ManageAsync(
            HttpMethod.Delete,
            "instances?createdTimeFrom=2000-01-01T00:00:00Z&createdTimeTo=2200-01-01T00:00:00Z&runtimeStatus=Completed,Terminated"
        );

        Assert.Equal(
            (HttpStatusCode.NotFound, HttpStatusCode.BadRequest, HttpStatusCode.OK),
            (none.StatusCode, noTime.StatusCode, purged.StatusCode)
        );
        Assert.Contains("instancesDeleted", await purged.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        Assert.Equal(
            (null, "Failed", "Running"),
            (await StateAsync(app, completed), await StateAsync(app, failed), await StateAsync(app, running))
        );
    }

    [Theory, EachProvider]
    public async Task A_client_purges_what_has_ended_as_the_filter_says(DurableStorage provider)
    {
        var app = await azurite.AppOnAsync(provider);
        var (completed, failed, running) = await BeginThreeAsync(app);

        var none = await app.ClientAsync(HttpMethod.Post, "/purge?from=2200-01-01T00:00:00Z&status=Failed");
        var purged = await app.ClientAsync(HttpMethod.Post, "/purge?from=2000-01-01T00:00:00Z&status=Failed&status=Terminated");

        Assert.Equal(0, (int?)none["value"]);
        Assert.True((int?)purged["value"] >= 1, purged.ToJsonString());
        Assert.Equal(
            ("Completed", null, "Running"),
            (await StateAsync(app, completed), await StateAsync(app, failed), await StateAsync(app, running))
        );
    }

    private static async Task<(string Completed, string Failed, string Running)> BeginThreeAsync(HostedApp app)
    {
        var ids = (await app.BeginAsync("Greets"), await app.BeginAsync("ThrowsAtOnce"), await app.BeginAsync("WaitsGo"));
        await app.EndAsync(ids.Item1);
        await app.EndAsync(ids.Item2);
        await app.UntilStatusAsync(ids.Item3, "Running");
        return ids;
    }

    private static async Task<string?> StateAsync(HostedApp app, string id) => (string?)(await app.StatusAsync(id))["runtimeStatus"];
}
