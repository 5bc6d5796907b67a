using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Shellbox.Embedded.Worker;
using Shellbox.Tests.Durable;
using Xunit;

namespace Shellbox.Tests.Hosting.Http;

public class HttpTriggerTests
{
    private readonly HttpFunctions.Probe probe = new();

    private static CancellationToken Limit => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("GET", "/api/PlainName", "GET")]
    [InlineData("POST", "/API/plainname/", "POST")]
    [InlineData("OPTIONS", "/api/PlainName", "OPTIONS")]
    [InlineData("TRACE", "/api/PlainName", "TRACE")]
    [InlineData("PURGE", "/api/PlainName", "PURGE")]
    [InlineData("HEAD", "/api/PlainName", "")]
    [InlineData("GET", "/api/items/41", "item 42")]
    [InlineData("PUT", "/api/items/-2", "item -1")]
    [InlineData("GET", "/api/items/special", "special")]
    [InlineData("DELETE", "/api/items/special", "deleted special")]
    [InlineData("GET", "/api/items/99999999999", null)]
    [InlineData("GET", "/api/items/x", null)]
    [InlineData("GET", "/api/items", null)]
    [InlineData("POST", "/api/items/41", null)]
    [InlineData("HEAD", "/api/items/41", null)]
    [InlineData("OPTIONS", "/api/items/41", null)]
    [InlineData("GET", "/items/41", null)]
    [InlineData("GET", "/", null)]
    [InlineData("GET", "/api", null)]
    [InlineData("GET", "/api/ItemNamed", null)]
    [InlineData("GET", "/api/guid/0f8fad5b-d9cb-469f-a165-70867728950e", "0f8fad5b-d9cb-469f-a165-70867728950e")]
    [InlineData("GET", "/api/guid/0f8fad5b", null)]
    [InlineData("GET", "/api/word/abc", "abc")]
    [InlineData("GET", "/api/word/a", null)]
    [InlineData("GET", "/api/word/abcdef", null)]
    [InlineData("GET", "/api/word/ab1", null)]
    [InlineData("GET", "/api/perhaps", "(null)")]
    [InlineData("GET", "/api/perhaps/so", "so")]
    [InlineData("GET", "/api/rest", "(null)")]
    [InlineData("GET", "/api/rest/a/b%2Fc%20d", "a/b%2Fc d")]
    public async Task A_request_finds_the_function_of_its_route_and_method_or_404(string method, string path, string? expected)
    {
        await using var host = await StartAsync();

        var answer = await Answer.OfAsync(host.Http, new HttpMethod(method), path);

        Assert.Equal(expected is null ? HttpStatusCode.NotFound : HttpStatusCode.OK, answer.Status);
        Assert.Equal(expected ?? string.Empty, answer.Body);
        if (expected is null)
        {
            Assert.Null(answer.ContentType);
            Assert.Null(answer.Response.Content.Headers.Allow.FirstOrDefault());
        }
    }

    [Theory]
    [InlineData("custom/v1", "/custom/v1/PlainName", "/api/PlainName")]
    [InlineData("", "/PlainName", "/api/PlainName")]
    public async Task The_prefix_is_that_of_host_json(string prefix, string found, string notFound)
    {
        await using var host = await StartAsync("{\"version\":\"2.0\",\"extensions\":{\"http\":{\"routePrefix\":\"" + prefix + "\"}}}");

        Assert.Equal(HttpStatusCode.OK, (await Answer.OfAsync(host.Http, HttpMethod.Get, found)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await Answer.OfAsync(host.Http, HttpMethod.Get, notFound)).Status);
    }

    [Theory]
    [InlineData("text", 200, "text/plain; charset=utf-8", "text")]
    [InlineData("object", 200, "application/json; charset=utf-8", """{"firstName":"Bob","nothing":null,"url":"a&b"}""")]
    [InlineData("null", 204, null, "")]
    [InlineData("none", 204, null, "")]
    [InlineData("problem", 409, "application/problem+json; charset=utf-8", """{"title":"no","status":409}""")]
    [InlineData("minimal", 203, "text/plain; charset=utf-8", "hi")]
    [InlineData("nothing", 200, null, "")]
    [InlineData("plain", 200, null, "")]
    [InlineData("exception", 500, null, "")]
    public async Task What_a_function_returns_becomes_the_answer(string kind, int status, string? contentType, string body)
    {
        await using var host = await StartAsync();

        var answer = await Answer.OfAsync(host.Http, HttpMethod.Get, $"/api/answers/{kind}");

        Assert.Equal(status, (int)answer.Status);
        Assert.Equal(contentType, answer.ContentType);
        Assert.Equal(body, answer.Body);
        Assert.True(kind is "minimal" || answer.Response.Headers.TransferEncodingChunked == true == body.Length > 0);
        Assert.Null(answer.Header("Server"));
    }

    [Fact]
    public async Task A_function_without_a_result_is_an_empty_200_and_an_unbindable_value_an_empty_500()
    {
        await using var host = await StartAsync();

        var nothing = await Answer.OfAsync(host.Http, HttpMethod.Get, "/api/void");
        var bound = await Answer.OfAsync(host.Http, HttpMethod.Get, "/api/loose/7");
        var unbindable = await Answer.OfAsync(host.Http, HttpMethod.Get, "/api/loose/x");

        Assert.True(nothing is { Status: HttpStatusCode.OK, IsEmpty: true });
        Assert.Equal("7", bound.Body);
        Assert.True(unbindable is { Status: HttpStatusCode.InternalServerError, IsEmpty: true });
    }

    [Fact]
    public async Task A_function_sees_the_request_as_it_was_sent()
    {
        await using var host = await StartAsync();

        var answer = await Answer.OfAsync(
            host.Http, HttpMethod.Get, "/api/seen/B%C3%B6%20b?q=1&q=2&e=&x=%20", null, ("X-One", "v1"), ("Host", "example.test:81"));

        Assert.Equal(
            """{"Path":"/api/seen/B\u00F6 b","Query":"?q=1\u0026q=2\u0026e=\u0026x=%20","Values":["1","2"],"Route":{"name":"B\u00F6 b"},"Host":"example.test:81","Scheme":"http","Bound":"2","Data":"B\u00F6 b","QueryData":"{\u0022q\u0022:\u00222\u0022,\u0022e\u0022:\u0022\u0022,\u0022x\u0022:\u0022 \u0022}","HasHeaders":true,"Function":"Seen"}""",
            answer.Body);
    }

    [Fact]
    public async Task An_answer_that_breaks_off_is_seen_to_be_cut()
    {
        await using var host = await StartAsync();

        using var response = await host.Http.GetAsync(new Uri("/api/cut", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, Limit);
        await using var body = await response.Content.ReadAsStreamAsync(Limit);
        var read = new byte[5];
        await body.ReadExactlyAsync(read, Limit);
        var more = async () => await body.ReadAtLeastAsync(new byte[1], 1, throwOnEndOfStream: false, Limit);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("begun", Encoding.UTF8.GetString(read));
        await Assert.ThrowsAnyAsync<HttpIOException>(more);
    }

    [Fact]
    public async Task A_body_of_8_MB_is_taken_and_one_of_120_MB_is_not_even_read()
    {
        await using var host = await StartAsync();

        var large = await Answer.OfAsync(host.Http, HttpMethod.Post, "/api/length", new ByteArrayContent(new byte[8 * 1024 * 1024]));
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, host.Http.BaseAddress!.Port, Limit);
        await client.GetStream().WriteAsync("POST /api/PlainName HTTP/1.1\r\nHost: x\r\nContent-Length: 125829120\r\n\r\n"u8.ToArray(), Limit);
        using var reader = new StreamReader(client.GetStream(), Encoding.ASCII);
        var head = new List<string>();
        while (await reader.ReadLineAsync(Limit) is { Length: > 0 } line)
            head.Add(line);

        Assert.Equal("8388608", large.Body);
        Assert.Equal("HTTP/1.1 500 Internal Server Error", head[0]);
        Assert.Contains("Connection: close", head);
        Assert.Contains("Content-Length: 0", head);
    }

    [Fact]
    public async Task A_function_is_cancelled_when_its_caller_leaves()
    {
        await using var host = await StartAsync();
        using var caller = CancellationTokenSource.CreateLinkedTokenSource(Limit);

        var call = host.Http.GetAsync(new Uri("/api/waits", UriKind.Relative), caller.Token);
        await probe.Entered.Task.WithPatienceAsync();
        await caller.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        Assert.True(await probe.Left.Task.WithPatienceAsync());
    }

    [Fact]
    public async Task A_function_is_cancelled_when_the_host_stops_and_its_caller_is_told()
    {
        await using var host = await StartAsync();

        var call = host.Http.GetAsync(new Uri("/api/waits", UriKind.Relative), Limit);
        await probe.Entered.Task.WithPatienceAsync();
        await host.StopAsync();
        using var response = await call;

        Assert.False(await probe.Left.Task.WithPatienceAsync());
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
    }

    [Fact]
    public async Task A_function_that_does_not_end_holds_the_host_up_only_for_its_time()
    {
        var host = await StartAsync(configure: s => s.Configure<HostOptions>(o => o.ShutdownTimeout = TimeSpan.FromMilliseconds(300)));

        var call = host.Http.GetAsync(new Uri("/api/stuck", UriKind.Relative), Limit);
        await probe.Entered.Task.WithPatienceAsync();
        await host.DisposeAsync();

        await Assert.ThrowsAnyAsync<Exception>(() => call);
        probe.Release.SetResult();
    }

    [Fact]
    public async Task Functions_that_cannot_be_hosted_stop_the_start_and_are_named_together()
    {
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => TestHost.StartAsync(typeof(WrongFunctions)));

        Assert.Contains("'Poco'", error.Message, StringComparison.Ordinal);
        Assert.Contains("'value'", error.Message, StringComparison.Ordinal);
        Assert.Contains("'Twice'", error.Message, StringComparison.Ordinal);
        Assert.Contains("'NoTrigger'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_route_that_cannot_be_read_stops_the_start()
    {
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => TestHost.StartAsync(typeof(WrongRoute)));

        Assert.Contains("api/x/{id:nonsense}", error.Message, StringComparison.Ordinal);
    }

    private Task<TestHost> StartAsync(string? hostJson = null, Action<IServiceCollection>? configure = null) => TestHost.StartAsync(
        new TestHostOptions
        {
            HostJson = hostJson,
            Configure = services =>
            {
                services.AddSingleton(probe);
                configure?.Invoke(services);
            },
        },
        typeof(HttpFunctions));

    private static class WrongFunctions
    {
        [Function("Poco")]
        public static void Poco([HttpTrigger] HttpRequest request, ProblemDetails value)
        {
        }

        [Function("Twice")]
        public static void Twice([HttpTrigger] HttpRequest request)
        {
        }

        [Function("Twice")]
        public static void TwiceAgain([HttpTrigger] HttpRequest request)
        {
        }

        [Function("NoTrigger")]
        public static void NoTrigger(HttpRequest request)
        {
        }
    }

    private static class WrongRoute
    {
        [Function("Wrong")]
        public static void Wrong([HttpTrigger(AuthorizationLevel.Anonymous, Route = "x/{id:nonsense}")] HttpRequest request)
        {
        }
    }
}
