using System.Net;
using System.Net.Http.Json;
using Shellbox.Activities.State;
using Shellbox.Tests.Fixtures;
using Xunit;

namespace Shellbox.Tests.Http;

/// <summary>What the API answers to requests that cannot be carried out.</summary>
public sealed class RequestTests(AzuriteFixture azurite)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_cannot_be_carried_out_is_refused_with_a_problem_that_says_why()
    {
        await using var cloud = await TestCloud.With(azurite).Instances(0).StartAsync();
        var user = cloud.User;

        await TestCloud.RefusedAsync(400, "invalid-name", Post($"users/{user.Id}/boxes/Dev33/connect", new { publicKey = user.PublicKey }));
        await TestCloud.RefusedAsync(400, "invalid-name", Post("users/nobody/boxes/dev33/connect", new { publicKey = user.PublicKey }));
        await TestCloud.RefusedAsync(400, "invalid-name", cloud.Http.GetAsync("api/users/nobody/boxes", Cancel));
        await TestCloud.RefusedAsync(400, "invalid-name", cloud.Http.GetAsync($"api/users/{BoxKey.PoolUserId}/boxes", Cancel));
        await TestCloud.RefusedAsync(
            400,
            "invalid-name",
            cloud.Http.GetAsync($"api/users/{BoxKey.PoolUserId}/boxes/blank-0123456789", Cancel)
        );
        await TestCloud.RefusedAsync(400, "invalid-request", Post($"users/{user.Id}/boxes/dev33/connect", new { }));
        await TestCloud.RefusedAsync(
            400,
            "invalid-request",
            Post($"users/{user.Id}/boxes/dev33/connect", new { publicKey = "ssh-ed25519 AAAA; rm -rf /" })
        );
        await TestCloud.RefusedAsync(
            400,
            "invalid-request",
            Post($"users/{user.Id}/boxes/dev33/connect?wait=soon", new { publicKey = user.PublicKey })
        );
        await TestCloud.RefusedAsync(
            400,
            "invalid-request",
            Post($"users/{user.Id}/boxes/dev33/connect?wait=9999", new { publicKey = user.PublicKey })
        );
        await TestCloud.RefusedAsync(
            400,
            "invalid-request",
            cloud.Http.PostAsync($"api/users/{user.Id}/boxes/dev33/connect", new StringContent("{"), Cancel)
        );
        await TestCloud.RefusedAsync(
            400,
            "public-key-mismatch",
            Post($"users/{new string('1', 32)}/boxes/dev33/connect", new { publicKey = user.PublicKey })
        );
        await TestCloud.RefusedAsync(
            404,
            "box-not-found",
            Post($"users/{user.Id}/boxes/other/connect", new { publicKey = user.PublicKey })
        );
        await TestCloud.RefusedAsync(404, "box-not-found", Post($"users/{user.Id}/boxes/other/disconnect", new { }));
        await TestCloud.RefusedAsync(404, "box-not-found", cloud.Http.GetAsync($"api/users/{user.Id}/boxes/other", Cancel));

        Task<HttpResponseMessage> Post(string path, object body) => cloud.Http.PostAsJsonAsync("api/" + path, body, Cancel);
    }

    [Fact]
    public async Task A_text_that_cannot_be_read_is_a_bad_name_only_where_a_name_is_read()
    {
        await using var cloud = await TestCloud.With(azurite).Instances(0).StartAsync();
        var row = (await cloud.Get<BoxStore>().FindAsync(cloud.Key(), Cancel))!;
        (row.Host, row.Port, row.HostKey) = ("127.0.0.1", 2222, "ssh-ed25519 no-Base64!");
        await cloud.Get<StateTables>().Boxes.UpdateEntityAsync(row, row.ETag, cancellationToken: Cancel);

        using var answer = await cloud.Http.GetAsync($"api/users/{cloud.User.Id}/boxes/dev33", Cancel);

        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
    }

    [Fact]
    public async Task Without_the_right_key_nothing_is_answered()
    {
        await using var cloud = await TestCloud.With(azurite).Instances(0).StartAsync();
        using var stranger = new HttpClient { BaseAddress = cloud.Http.BaseAddress };

        Assert.Equal(HttpStatusCode.Unauthorized, (await stranger.GetAsync("api/pool", Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await stranger.GetAsync("api/pool?code=wrong", Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await cloud.Http.PostAsync("api/fleet/adopt", null, Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await stranger.GetAsync($"api/pool?code={TestCloud.FunctionKey}", Cancel)).StatusCode);
    }

    [Fact]
    public async Task A_disconnect_of_a_stopped_box_and_a_list_of_boxes_are_answered_at_once()
    {
        await using var cloud = await TestCloud.With(azurite).Instances(0).Boxes("dev33", "other").StartAsync();

        Assert.Equal("stopped", (string)(await cloud.DisconnectAsync())["state"]!);
        var boxes = (await cloud.GetAsync($"api/users/{cloud.User.Id}/boxes"))["boxes"]!.AsArray();
        Assert.Equal(["dev33", "other"], boxes.Select(b => (string)b!["boxName"]!));
    }
}
