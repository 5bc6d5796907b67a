using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Shellbox.LocalCloud;

namespace Shellbox.Benchmarks.Durable;

/// <summary>The benchmark's own functions (App/) on a local host.</summary>
internal sealed class DurableHost : IAsyncDisposable
{
    private const string Key = "bench";
    private const string Api = "runtime/webhooks/durabletask";

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    private readonly HostProcess _process;
    private readonly HttpClient _http;

    private DurableHost(HostProcess process)
    {
        _process = process;
        _http = new HttpClient { BaseAddress = process.Address, Timeout = Limit };
        _http.DefaultRequestHeaders.Add("x-functions-key", Key);
    }

    /// <param name="paths">Where its files lie.</param>
    /// <param name="storage">The connection string of the storage account.</param>
    /// <param name="settings">Settings over those of host.json, as environment variables.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    /// <param name="number">Tells the hosts on one storage account apart.</param>
    public static async Task<DurableHost> StartAsync(
        CloudPaths paths,
        string storage,
        IReadOnlyDictionary<string, string> settings,
        CancellationToken cancellationToken,
        int number = 1
    )
    {
        var port = LoopbackPorts.TakeFree(1)[0];
        var app = Path.Combine(Repository.Root, "Shellbox.Benchmarks", "App", "bin", "Release", "net10.0");
        var command = new ChildCommand(
            "the benchmark's app",
            string.Create(CultureInfo.InvariantCulture, $"durable-{number}.log"),
            [
                "dotnet",
                paths.FunctionsHostAssembly,
                "--app",
                app,
                "--state",
                string.Create(CultureInfo.InvariantCulture, $"{paths.FunctionsHost}-{number}"),
                "--port",
                port.ToString(CultureInfo.InvariantCulture),
            ],
            new Dictionary<string, string>(settings)
            {
                ["AzureWebJobsStorage"] = storage,
                ["LocalHost__Keys__default"] = Key,
                ["LocalHost__Keys__master"] = Key,
            },
            TimeSpan.FromSeconds(40)
        );
        return new DurableHost(await HostProcess.StartAsync(command, port, paths.Logs, cancellationToken));
    }

    /// <summary>Runs an orchestration until its result is answered; gives what that took.</summary>
    public async Task<TimeSpan> AnswerAsync(string orchestrator, CancellationToken cancellationToken)
    {
        var start = Stopwatch.GetTimestamp();
        using var answer = await _http.PostAsync($"api/run/{orchestrator}", null, cancellationToken);
        var taken = Stopwatch.GetElapsedTime(start);
        return answer.IsSuccessStatusCode
            ? taken
            : throw new InvalidOperationException(
                $"{orchestrator}: {answer.StatusCode} {await answer.Content.ReadAsStringAsync(cancellationToken)}"
            );
    }

    /// <summary>Runs an orchestration from the request that starts it.</summary>
    /// <param name="orchestrator">One of the app's.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <param name="pause">
    /// Between two looks, of which each costs what is measured some time of the processor; null: a tenth of a second.
    /// </param>
    /// <returns>When it was asked for, and when its last turn was through, by the machine's clock: however often one looks.</returns>
    public async Task<(DateTimeOffset Requested, DateTimeOffset Completed)> RunAsync(
        string orchestrator,
        CancellationToken cancellationToken,
        TimeSpan? pause = null
    )
    {
        var requested = TimeProvider.System.GetUtcNow();
        using var started = await _http.PostAsync($"{Api}/orchestrators/{orchestrator}", null, cancellationToken);
        started.EnsureSuccessStatusCode();
        var id = (string)JsonNode.Parse(await started.Content.ReadAsStringAsync(cancellationToken))!["id"]!;
        var start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < Limit)
        {
            await Task.Delay(pause ?? TimeSpan.FromMilliseconds(100), cancellationToken);
            var status = JsonNode.Parse(await _http.GetStringAsync($"{Api}/instances/{id}", cancellationToken))!;
            if ((string)status["runtimeStatus"]! is "Pending" or "Running")
                continue;
            status = JsonNode.Parse(await _http.GetStringAsync($"{Api}/instances/{id}?showHistory=true", cancellationToken))!;
            var end = status["historyEvents"]!.AsArray().Last(e => (string)e!["EventType"]! == "ExecutionCompleted")!;
            return (string)status["runtimeStatus"]! == "Completed"
                ? (requested, DateTimeOffset.Parse((string)end["Timestamp"]!, CultureInfo.InvariantCulture))
                : throw new InvalidOperationException($"{orchestrator} ended as {status["runtimeStatus"]}: {status["output"]}");
        }

        throw new TimeoutException($"{orchestrator} has not ended after {Limit.TotalMinutes} minutes.");
    }

    /// <summary>The same in milliseconds.</summary>
    public async Task<double> TimeAsync(string orchestrator, CancellationToken cancellationToken)
    {
        var (requested, completed) = await RunAsync(orchestrator, cancellationToken);
        return (completed - requested).TotalMilliseconds;
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _process.DisposeAsync();
    }
}
