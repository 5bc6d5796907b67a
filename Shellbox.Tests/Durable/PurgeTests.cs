using System.Net;
using Shellbox.LocalCloud;
using Shellbox.Tests.Fixtures;
using Xunit;

namespace Shellbox.Tests.Durable;

/// <summary>Purges of one instance.</summary>
public sealed class PurgeTests(AzuriteFixture azurite)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, EachProvider]
    public async Task An_ended_instance_is_purged_with_its_history_and_its_id_is_free(DurableStorage provider)
    {
        var app = await azurite.AppOnAsync(provider);
        var id = await app.BeginAsync("Greets", input: "x");
        await app.EndAsync(id);

        using var purged = await app.ManageAsync(HttpMethod.Delete, $"instances/{id}");
        using var again = await app.ManageAsync(HttpMethod.Delete, $"instances/{id}");

        Assert.Equal("""{"instancesDeleted":1}""", await purged.Content.ReadAsStringAsync(Cancel));
        Assert.Equal(HttpStatusCode.NotFound, again.StatusCode);
        Assert.Empty((await app.StatusAsync(id, "showHistory=true")).AsObject());
        Assert.Equal("hello y", (string?)await app.RunAsync("Greets", "y", id));
    }

    [Theory, EachProvider]
    public async Task A_running_instance_is_not_purged(DurableStorage provider)
    {
        var app = await azurite.AppOnAsync(provider);
        var id = await app.BeginAsync("WaitsGo");
        await app.UntilStatusAsync(id, "Running");

        using var refused = await app.ManageAsync(HttpMethod.Delete, $"instances/{id}");
        var thrown = await app.ClientAsync(HttpMethod.Post, $"/{id}/purge");

        Assert.Equal(HttpStatusCode.PreconditionFailed, refused.StatusCode);
        Assert.NotNull(thrown["thrown"]);
        Assert.Equal("Running", (string?)(await app.StatusAsync(id))["runtimeStatus"]);
    }

    [Theory, EachProvider]
    public async Task A_client_is_told_how_many_it_purged(DurableStorage provider)
    {
        var app = await azurite.AppOnAsync(provider);
        var id = await app.BeginAsync("Greets");
        await app.EndAsync(id);

        Assert.Equal(1, (int?)(await app.ClientAsync(HttpMethod.Post, $"/{id}/purge"))["value"]);
        Assert.Equal(0, (int?)(await app.ClientAsync(HttpMethod.Post, $"/{id}/purge"))["value"]);
    }
}
