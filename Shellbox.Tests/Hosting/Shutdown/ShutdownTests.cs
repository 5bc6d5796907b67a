using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Shellbox.Embedded.DurableTask.Client;
using Shellbox.Tests.Durable;
using Xunit;

namespace Shellbox.Tests.Hosting.Shutdown;

public class ShutdownTests
{
    private static CancellationToken Limit => TestContext.Current.CancellationToken;

    [Fact]
    public async Task SIGTERM_lets_activities_end_or_abandons_them_and_the_next_host_goes_on_from_there()
    {
        var folder = TestHost.NewFolder();
        await using (var process = HostProcess.Start(folder))
        {
            using var http = new HttpClient { BaseAddress = await process.AddressAsync() };
            var started = await http.PostAsync(Url("/orchestrators/Both/one"), null, Limit);
            Assert.Equal(HttpStatusCode.Accepted, started.StatusCode);
            await process.SaysAsync("begun: ");
            await process.SaysAsync("begun: ");

            await process.TerminateAsync();
            var code = await process.ExitCodeAsync();

            Assert.True(code == 0, $"exit code {code}:\n{process.Output}");
            await Assert.ThrowsAsync<HttpRequestException>(() => http.GetAsync(Url("/instances/one"), Limit));
        }

        var ledger = new WorkFunctions.Ledger();
        await using (var next = await TestHost.StartAsync(
            new TestHostOptions { Folder = folder, Settings = { ["Finish"] = "true" }, Configure = s => s.AddSingleton(ledger) }, typeof(WorkFunctions)))
        {
            await next.Client.RaiseEventAsync("one", "Go", "gone", Limit);
            var end = await next.EndAsync("one");

            Assert.Equal(OrchestrationRuntimeStatus.Completed, end.RuntimeStatus);
            Assert.Equal("""["in time","after all","gone"]""", end.SerializedOutput);
            Assert.Equal(["Held"], ledger.Begun);
        }

        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task A_second_process_on_the_same_file_is_refused_and_the_first_is_not_disturbed()
    {
        var folder = TestHost.NewFolder();
        await using var first = HostProcess.Start(folder);
        using var http = new HttpClient { BaseAddress = await first.AddressAsync() };

        await using var second = HostProcess.Start(folder);
        var refused = await second.ExitCodeAsync();
        var list = await http.GetAsync(Url("/instances"), Limit);
        await first.TerminateAsync();
        var ended = await first.ExitCodeAsync();
        await using (await TestHost.StartAsync(
            new TestHostOptions { Folder = folder, Configure = s => s.AddSingleton<WorkFunctions.Ledger>() }, typeof(WorkFunctions)))
        {
            // The file is free again.
        }

        Assert.NotEqual(0, refused);
        Assert.Contains($"{Path.Combine(folder, ".shellbox", "durable.db")} is in use by process {first.Id}", second.Output, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, list.StatusCode);
        Assert.True(ended == 0, $"exit code {ended}:\n{first.Output}");
        Directory.Delete(folder, recursive: true);
    }

    private static Uri Url(string path) => new($"/runtime/webhooks/durabletask{path}?code={HostProcess.Key}", UriKind.Relative);
}
