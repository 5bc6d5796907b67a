using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Shellbox.Tests.Fixtures;
using Xunit;

namespace Shellbox.Tests.LocalHost;

/// <summary>HTTP functions answer as on the official host (facts: durable-http, section 7).</summary>
public sealed class HttpTests(AzuriteFixture azurite, HttpTests.App app) : IClassFixture<HttpTests.App>, IAsyncLifetime
{
    /// <summary>One host for the class: these requests do not disturb one another.</summary>
    public sealed class App : IAsyncDisposable
    {
        internal HostedApp? Hosted { get; set; }

        public async ValueTask DisposeAsync()
        {
            if (Hosted is not null)
                await Hosted.DisposeAsync();
        }
    }

    private HttpClient Http => app.Hosted!.Http;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => app.Hosted ??= await HostedApp.StartAsync(azurite);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_function_sees_the_request_as_it_came()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "API/Echo/7/abc/?q=1&q=2") { Headers = { { "x-test", ["v1", "v2"] } } };

        using var response = await Http.SendAsync(request, Cancel);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var seen = JsonNode.Parse(await response.Content.ReadAsStringAsync(Cancel))!;
        Assert.Equal(7, (int)seen["id"]!);
        Assert.Equal("abc", (string)seen["name"]!);
        Assert.Equal(["1", "2"], seen["query"]!.AsArray().Select(q => (string)q!));
        Assert.Equal(Http.BaseAddress!.Authority, (string)seen["host"]!);
        Assert.Equal("http", (string)seen["scheme"]!);
    }

    [Theory]
    [InlineData("GET", "api/echo/seven")]
    [InlineData("GET", "api/echo/99999999999")]
    [InlineData("DELETE", "api/echo/7")]
    [InlineData("HEAD", "api/echo/7")]
    [InlineData("OPTIONS", "api/echo/7")]
    [InlineData("GET", "api/nothing")]
    [InlineData("GET", "echo/7")]
    public async Task What_no_function_takes_is_not_found(string method, string path)
    {
        using var response = await Http.SendAsync(new HttpRequestMessage(new HttpMethod(method), path), Cancel);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Empty(await response.Content.ReadAsByteArrayAsync(Cancel));
    }

    [Theory]
    [InlineData("PATCH")]
    [InlineData("DELETE")]
    [InlineData("OPTIONS")]
    public async Task A_trigger_without_methods_takes_any(string method)
    {
        using var response = await Http.SendAsync(new HttpRequestMessage(new HttpMethod(method), "api/AnyMethod"), Cancel);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(method, await response.Content.ReadAsStringAsync(Cancel));
    }

    [Theory]
    [InlineData("ForUsers", null, 401)]
    [InlineData("ForUsers", "wrong", 401)]
    [InlineData("ForUsers", HostedApp.HostKey, 200)]
    [InlineData("ForUsers", HostedApp.MasterKey, 200)]
    [InlineData("ForAdministrators", null, 401)]
    [InlineData("ForAdministrators", HostedApp.HostKey, 401)]
    [InlineData("ForAdministrators", HostedApp.MasterKey, 200)]
    public async Task A_function_is_open_to_the_keys_of_its_level(string function, string? key, int status)
    {
        using var byHeader = new HttpRequestMessage(HttpMethod.Get, $"api/{function}");
        if (key is not null)
            byHeader.Headers.Add("x-functions-key", key);

        using var answered = await Http.SendAsync(byHeader, Cancel);
        using var byQuery = await Http.GetAsync($"api/{function}?code={key}", Cancel);

        Assert.Equal((HttpStatusCode)status, answered.StatusCode);
        Assert.Equal((HttpStatusCode)status, byQuery.StatusCode);
    }

    [Fact]
    public async Task The_method_is_looked_at_before_the_key()
    {
        using var response = await Http.PostAsync("api/ForUsers", null, Cancel);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    [Theory]
    [InlineData("Throws")]
    [InlineData("FailsEarly")]
    public async Task A_function_that_throws_is_an_empty_500(string function)
    {
        using var response = await Http.GetAsync("api/" + function, Cancel);

        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.Empty(await response.Content.ReadAsByteArrayAsync(Cancel));
    }

    [Fact]
    public async Task A_function_that_throws_after_its_answer_began_breaks_the_connection()
    {
        using var response = await Http.GetAsync("api/ThrowsLate", HttpCompletionOption.ResponseHeadersRead, Cancel);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        await Assert.ThrowsAnyAsync<Exception>(() => response.Content.ReadAsStringAsync(Cancel));
    }

    [Fact]
    public async Task An_answer_is_passed_on_while_it_is_written()
    {
        using var response = await Http.GetAsync("api/Streams", HttpCompletionOption.ResponseHeadersRead, Cancel);
        await using var body = await response.Content.ReadAsStreamAsync(Cancel);
        var first = new byte[4];
        await body.ReadExactlyAsync(first, Cancel);

        // Only now the function goes on.
        app.Hosted!.Open("stream");

        Assert.Equal("one ", Encoding.ASCII.GetString(first));
        Assert.Equal("two", await new StreamReader(body).ReadToEndAsync(Cancel));
    }

    [Fact]
    public async Task A_large_body_reaches_the_function_whole()
    {
        using var response = await Http.PostAsync("api/Length", new ByteArrayContent(new byte[8_000_000]), Cancel);

        Assert.Equal("8000000", await response.Content.ReadAsStringAsync(Cancel));
    }

    [Fact]
    public async Task A_function_is_cancelled_when_its_caller_leaves()
    {
        using (var socket = new TcpClient())
        {
            await socket.ConnectAsync("127.0.0.1", Http.BaseAddress!.Port, Cancel);
            await socket.GetStream().WriteAsync("GET /api/Waits HTTP/1.1\r\nHost: localhost\r\n\r\n"u8.ToArray(), Cancel);
            await app.Hosted!.UntilLinesAsync("waits", 1);
        }

        Assert.Equal(["begun", "cancelled"], await app.Hosted.UntilLinesAsync("waits", 2));
    }

    [Theory]
    [InlineData(null, 401)]
    [InlineData("wrong", 401)]
    [InlineData(HostedApp.HostKey, 403)]
    [InlineData(HostedApp.MasterKey, 200)]
    public async Task The_management_api_takes_its_own_key_and_the_master_key(string? key, int status)
    {
        using var response = await Http.GetAsync($"runtime/webhooks/durabletask/instances?code={key}", Cancel);

        Assert.Equal((HttpStatusCode)status, response.StatusCode);
        if (status == 401)
            Assert.Equal("Bearer", response.Headers.WwwAuthenticate.ToString());
    }
}
