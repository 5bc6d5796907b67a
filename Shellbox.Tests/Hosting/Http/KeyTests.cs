using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Shellbox.Embedded.DurableTask.Client;
using Shellbox.Embedded.Worker;
using Shellbox.Tests.Durable;
using Xunit;

namespace Shellbox.Tests.Hosting.Http;

public class KeyTests
{
    private const string Management = "/runtime/webhooks/durabletask/instances/none";

    [Theory]
    [InlineData(null, 401)]
    [InlineData("", 401)]
    [InlineData("wrong", 401)]
    [InlineData("own-key", 403)]
    [InlineData("host-key", 403)]
    [InlineData("extension-key", 404)]
    [InlineData("master-key", 404)]
    public async Task The_management_API_opens_to_its_own_key_and_the_master_key(string? key, int expected)
    {
        await using var host = await StartAsync();

        var byQuery = await Answer.OfAsync(host.Http, HttpMethod.Get, key is null ? Management : $"{Management}?code={key}");
        var byHeader = await Answer.OfAsync(host.Http, HttpMethod.Get, Management, null, key is null ? [] : [("X-Functions-Key", key)]);

        foreach (var answer in (Answer[])[byQuery, byHeader])
        {
            Assert.Equal(expected, (int)answer.Status);
            Assert.True(answer.IsEmpty);
            Assert.Equal(expected == 401 ? "Bearer" : null, answer.Header("WWW-Authenticate"));
        }
    }

    [Theory]
    [InlineData(null, 401, 401)]
    [InlineData("wrong", 401, 401)]
    [InlineData("own-ke", 401, 401)]
    [InlineData("own-keyy", 401, 401)]
    [InlineData("extension-key", 401, 401)]
    [InlineData("own-key", 200, 401)]
    [InlineData("other-key", 401, 401)]
    [InlineData("host-key", 200, 401)]
    [InlineData("master-key", 200, 200)]
    public async Task A_function_opens_to_its_own_the_hosts_and_the_master_key_and_an_admin_one_to_the_last_alone(
        string? key, int function, int admin)
    {
        await using var host = await StartAsync();

        foreach (var (path, expected) in ((string, int)[])[("/api/keyed", function), ("/api/admin", admin), ("/api/open", 200)])
        {
            var byQuery = await Answer.OfAsync(host.Http, HttpMethod.Get, key is null ? path : $"{path}?code={key}");
            var byHeader = await Answer.OfAsync(host.Http, HttpMethod.Get, path, null, key is null ? [] : [("x-functions-key", key)]);

            Assert.Equal(expected, (int)byQuery.Status);
            Assert.Equal(expected, (int)byHeader.Status);
            if (expected == 401)
                Assert.True(byQuery.IsEmpty && byQuery.Header("WWW-Authenticate") is null);
        }
    }

    [Fact]
    public async Task A_key_in_the_header_wins_over_one_in_the_query()
    {
        await using var host = await StartAsync();

        var answer = await Answer.OfAsync(host.Http, HttpMethod.Get, "/api/keyed?code=own-key", null, ("x-functions-key", "wrong"));

        Assert.Equal(HttpStatusCode.Unauthorized, answer.Status);
    }

    [Fact]
    public async Task The_method_comes_before_the_key()
    {
        await using var host = await StartAsync();

        var answer = await Answer.OfAsync(host.Http, HttpMethod.Delete, "/api/keyed");

        Assert.Equal(HttpStatusCode.NotFound, answer.Status);
    }

    [Fact]
    public async Task Generated_keys_outlive_the_host_in_a_file_that_only_the_owner_reads()
    {
        var folder = TestHost.NewFolder();
        var first = await TestHost.StartAsync(new TestHostOptions { Folder = folder }, typeof(Functions));
        var keys = first.Info;
        await first.DisposeAsync();

        var second = await TestHost.StartAsync(new TestHostOptions { Folder = folder }, typeof(Functions));
        var again = second.Info;
        await second.DisposeAsync();

        Assert.Equal(3, new HashSet<string>([keys.MasterKey, keys.HostKey, keys.ManagementKey]).Count);
        Assert.All([keys.MasterKey, keys.HostKey, keys.ManagementKey], k => Assert.Matches("^[A-Za-z0-9_-]{54}$", k));
        Assert.Equal((keys.MasterKey, keys.HostKey, keys.ManagementKey), (again.MasterKey, again.HostKey, again.ManagementKey));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(
                UnixFileMode.UserRead | UnixFileMode.UserWrite,
                File.GetUnixFileMode(Path.Combine(Path.GetDirectoryName(keys.DatabasePath)!, "keys.json")));
        }

        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task The_payload_of_the_client_names_the_management_URLs_with_their_key()
    {
        await using var host = await StartAsync();
        var instance = $"{host.Http.BaseAddress}runtime/webhooks/durabletask/instances/sp%20ace";

        var answer = await Answer.OfAsync(host.Http, HttpMethod.Get, "/api/payload/sp%20ace");

        Assert.Equal(HttpStatusCode.Accepted, answer.Status);
        Assert.Equal(
            $$$"""{"id":"sp ace","statusQueryGetUri":"{{{instance}}}?code=extension-key","sendEventPostUri":"{{{instance}}}/raiseEvent/{eventName}?code=extension-key","terminatePostUri":"{{{instance}}}/terminate?reason={{text}}&code=extension-key","rewindPostUri":null,"purgeHistoryDeleteUri":"{{{instance}}}?code=extension-key","restartPostUri":null,"suspendPostUri":"{{{instance}}}/suspend?reason={{text}}&code=extension-key","resumePostUri":"{{{instance}}}/resume?reason={{text}}&code=extension-key"}""",
            answer.Body);
    }

    private static Task<TestHost> StartAsync() => TestHost.StartAsync(
        new TestHostOptions
        {
            Settings =
            {
                ["EmbeddedHost:Keys:master"] = "master-key",
                ["EmbeddedHost:Keys:default"] = "host-key",
                ["EmbeddedHost:Keys:durabletask_extension"] = "extension-key",
                ["EmbeddedHost:Keys:Keyed"] = "own-key",
                ["EmbeddedHost:Keys:Other"] = "other-key",
            },
        },
        typeof(Functions));

    public static class Functions
    {
        [Function("Keyed")]
        public static IActionResult Keyed([HttpTrigger(AuthorizationLevel.Function, "get")] HttpRequest request) => new OkResult();

        [Function("Other")]
        public static IActionResult Other([HttpTrigger(AuthorizationLevel.Function, "get")] HttpRequest request) => new OkResult();

        [Function("AdminOnly")]
        public static IActionResult Admin([HttpTrigger(AuthorizationLevel.Admin, "get", Route = "admin")] HttpRequest request) => new OkResult();

        [Function("Open")]
        public static IActionResult Open([HttpTrigger(AuthorizationLevel.Anonymous, "get")] HttpRequest request) => new OkResult();

        [Function("Payload")]
        public static IActionResult Payload(
            [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "payload/{id}")] HttpRequest request, string id, [DurableClient] DurableTaskClient client) =>
            new AcceptedResult((string?)null, client.CreateHttpManagementPayload(id));
    }
}
