using System.Net;
using Shellbox.Tests.Fixtures;
using Xunit;

namespace Shellbox.Tests.LocalHost;

/// <summary>The worker dies, and nothing hangs or is lost.</summary>
public sealed class WorkerTests(AzuriteFixture azurite)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_worker_whose_port_is_taken_before_it_opens_it_is_started_again()
    {
        await using var app = await HostedApp.StartAsync(azurite, new() { ["TESTS_PORT_TAKEN_ONCE"] = "1" });

        Assert.Single(app.Lines("port-taken"));
        Assert.Equal("GET", await app.Http.GetStringAsync("api/AnyMethod", Cancel));
    }

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
        Assert.Contains(
            app.Log.Entries,
            l => l.Message.Contains($"The worker (process {first}) was killed by signal 9", StringComparison.Ordinal)
        );
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
    public async Task A_host_whose_worker_does_not_come_up_any_more_ends_and_says_why()
    {
        using var temporary = new TemporaryFolder();
        var folder = temporary.Path;
        await using var host = await HostProcess.StartAsync(HostedApp.AppDirectory, folder, Settings(folder));
        await File.WriteAllTextAsync(Path.Combine(folder, "crash-at-start.lines"), "", Cancel);
        using var http = new HttpClient { BaseAddress = host.Address };

        // Held back while there is no worker, and not for ever.
        var died = http.GetAsync("api/Dies", Cancel);
        var code = await host.WaitAsync();

        Assert.Equal(1, code);
        Assert.Contains("could not be started again, 5 times in a row", host.Output, StringComparison.Ordinal);
        Assert.Contains("ended with exit code 43", host.Output, StringComparison.Ordinal);
        await Task.WhenAny(died);
    }

    [Fact]
    public async Task A_worker_ends_with_its_host_however_that_ends()
    {
        using var temporary = new TemporaryFolder();
        var folder = temporary.Path;
        await using var killed = await HostProcess.StartAsync(HostedApp.AppDirectory, folder, Settings(folder));
        await using var stopped = await HostProcess.StartAsync(HostedApp.AppDirectory, folder, Settings(folder));

        await killed.KillAsync();

        Assert.Equal(0, await stopped.TerminateAsync());
    }

    [Fact]
    public async Task At_a_stop_a_request_under_way_is_answered()
    {
        await using var app = await HostedApp.StartAsync(azurite);
        var waiting = app.Http.GetAsync("api/Waits", Cancel);
        await app.UntilLinesAsync("waits", 1);

        var stopping = app.Host.StopAsync();
        app.Open("wait");

        using var answer = await waiting;
        Assert.Equal("waited", await answer.Content.ReadAsStringAsync(Cancel));
        await stopping;
    }

    [Fact]
    public async Task Storage_that_is_away_for_a_while_stops_nothing()
    {
        using var location = new TemporaryFolder();
        await using var own = new AzuriteFixture { Location = location.Path };
        await own.InitializeAsync();
        await using var app = await HostedApp.StartAsync(own);
        var worker = app.Host.WorkerProcessId;

        await own.RestartAsync(callsInVain: 5);

        using var answer = await app.Http.GetAsync("api/AnyMethod", Cancel);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        await Wait.UntilAsync(
            async () =>
            {
                try
                {
                    return (string?)await app.RunAsync("Chain");
                }
                catch (Xunit.Sdk.XunitException)
                {
                    // Until the clients have found the storage again, a start is refused.
                    return null;
                }
            },
            output => output == "0.1.2.",
            "an orchestration runs"
        );
        Assert.Equal(worker, app.Host.WorkerProcessId);
    }

    private Dictionary<string, string> Settings(string folder) =>
        new()
        {
            ["AzureWebJobsStorage"] = azurite.ConnectionString,
            ["LocalHost:Keys:master"] = HostedApp.MasterKey,
            ["TESTS_FOLDER"] = folder,
            ["TESTS_SCHEDULE"] = "0 0 0 1 1 *",
        };

    [Fact]
    public async Task A_function_that_does_not_end_when_its_time_is_over_loses_its_worker()
    {
        await using var app = await HostedApp.StartAsync(
            azurite,
            new Dictionary<string, string> { ["AzureFunctionsJobHost:functionTimeout"] = "00:00:01" }
        );
        var worker = app.Host.WorkerProcessId!.Value;

        await app.SendAsync("hanging", "x");

        Assert.NotEqual(worker, await app.UntilAnotherWorkerAsync(worker));
        Assert.Contains(app.Log.Entries, l => l.Message.Contains("Hang does not end although its time is over", StringComparison.Ordinal));
    }
}
