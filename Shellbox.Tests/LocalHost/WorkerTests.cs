using System.Net;
using Xunit;

namespace Shellbox.Tests.LocalHost;

/// <summary>The worker dies, and nothing hangs or is lost.</summary>
public sealed class WorkerTests(AzuriteFixture azurite)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_request_whose_worker_dies_is_a_500_and_the_next_one_is_answered()
    {
        await using var app = await HostedApp.StartAsync(azurite);
        var first = app.Host.WorkerProcessId!.Value;

        using var died = await app.Http.GetAsync("api/Dies", Cancel);
        using var next = await app.Http.GetAsync("api/AnyMethod", Cancel);

        Assert.Equal(HttpStatusCode.InternalServerError, died.StatusCode);
        Assert.Equal(HttpStatusCode.OK, next.StatusCode);
        Assert.NotEqual(first, await app.UntilAnotherWorkerAsync(first));
        Assert.Contains(app.Log, l => l.Contains($"The worker (process {first}) was killed by signal 9", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_message_whose_worker_dies_comes_again()
    {
        await using var app = await HostedApp.StartAsync(azurite);

        await app.SendAsync("messages", "die");

        Assert.Equal(["die 1", "die 2"], await app.UntilLinesAsync("messages", 2));
    }

    [Fact]
    public async Task An_activity_whose_worker_dies_is_run_again()
    {
        await using var app = await HostedApp.StartAsync(azurite);

        var id = await app.BeginAsync("DiesInActivity");
        app.Open("death");

        Assert.Equal("alive", (string)(await app.UntilStatusAsync(id, "Completed"))["output"]!);
        Assert.Equal(2, app.Lines("deaths-" + id).Length);
    }

    [Fact]
    public async Task An_orchestration_goes_on_with_the_next_worker()
    {
        await using var app = await HostedApp.StartAsync(azurite);
        var id = await app.BeginAsync("BlockedChild", input: "gate");
        await app.UntilLinesAsync("blocked", 1);

        var worker = await app.KillWorkerAsync();
        await app.UntilAnotherWorkerAsync(worker);
        app.Open("gate");

        Assert.Equal("released", (string)(await app.UntilStatusAsync(id, "Completed"))["output"]!);
    }

    [Fact]
    public async Task A_function_that_does_not_end_when_its_time_is_over_loses_its_worker()
    {
        await using var app = await HostedApp.StartAsync(azurite, new Dictionary<string, string> { ["AzureFunctionsJobHost:functionTimeout"] = "00:00:01" });
        var worker = app.Host.WorkerProcessId!.Value;

        await app.SendAsync("hanging", "x");

        Assert.NotEqual(worker, await app.UntilAnotherWorkerAsync(worker));
        Assert.Contains(app.Log, l => l.Contains("Hang does not end although its time is over", StringComparison.Ordinal));
    }
}
