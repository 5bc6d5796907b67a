using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Shellbox.Embedded.DurableTask.Client;
using Shellbox.Embedded.Engine;
using Shellbox.Embedded.Hosting;
using Shellbox.Embedded.Worker.Builder;

namespace Shellbox.Tests.Durable;

/// <summary>A host of its own for one test: a free port, a file of its own, the functions it names.</summary>
internal sealed class TestHost : IAsyncDisposable
{
    private readonly bool ownsFolder;

    private TestHost(IHost host, string folder, bool ownsFolder)
    {
        Host = host;
        Folder = folder;
        this.ownsFolder = ownsFolder;
        Info = host.GetEmbeddedHostInfo();
        Client = host.GetDurableTaskClient();
        Http = new HttpClient { BaseAddress = Info.BaseAddress };
    }

    public IHost Host { get; }

    /// <summary>Where its file and its host.json are.</summary>
    public string Folder { get; }

    public EmbeddedHostInfo Info { get; }

    public DurableTaskClient Client { get; }

    public HttpClient Http { get; }

    public static string NewFolder() => Directory.CreateTempSubdirectory("shellbox-test-").FullName;

    public static Task<TestHost> StartAsync(params Type[] functions) => StartAsync(new TestHostOptions(), functions);

    /// <summary>A host that keeps orchestrators in memory between turns, or replays each turn from the start.</summary>
    public static Task<TestHost> StartAsync(bool replay, params Type[] functions) =>
        StartAsync(new TestHostOptions { Replay = replay }, functions);

    public static async Task<TestHost> StartAsync(TestHostOptions options, params Type[] functions)
    {
        var folder = options.Folder ?? NewFolder();
        if (options.HostJson is not null)
            await File.WriteAllTextAsync(Path.Combine(folder, "host.json"), options.HostJson);
        string[] args =
        [
            "--urls=http://127.0.0.1:0",
            "--AzureWebJobsScriptRoot=" + folder,
            "--EmbeddedHost:MaxLiveOrchestrators=" + (options.Replay ? "0" : "1000"),
            .. options.Settings.Select(s => $"--{s.Key}={s.Value}"),
        ];
        var builder = FunctionsApplication.CreateBuilder(args).ConfigureFunctionsWebApplication();
        builder.Logging.ClearProviders();
        if (options.Logs is not null)
            builder.Logging.AddProvider(options.Logs);
        builder.Services.Configure<EmbeddedHostOptions>(o =>
        {
            foreach (var type in functions)
                o.FunctionTypes.Add(type);
        });
        if (options.Time is not null)
            builder.Services.AddSingleton(options.Time);
        options.Configure?.Invoke(builder.Services);
        foreach (var middleware in options.Middlewares)
            builder.Use(middleware);
        var host = builder.Build();
        try
        {
            await host.StartAsync(TestLimit.Token);
        }
        catch
        {
            host.Dispose();
            throw;
        }

        return new TestHost(host, folder, options.Folder is null);
    }

    /// <summary>Waits until nothing is under way: each instance waits for a timer, an event or its time.</summary>
    public async Task QuietAsync()
    {
        var engine = Host.Services.GetRequiredService<OrchestrationEngine>();
        while (!engine.IsQuiet)
            await Task.Delay(1, TestLimit.Token);
    }

    /// <summary>Stops the host and keeps its folder.</summary>
    public async Task StopAsync()
    {
        await Host.StopAsync(CancellationToken.None);
        await ((IAsyncDisposable)Host).DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await StopAsync();
        if (ownsFolder)
            Directory.Delete(Folder, recursive: true);
    }
}
