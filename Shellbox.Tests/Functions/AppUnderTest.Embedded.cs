using System.Text.Json.Nodes;
using Azure.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Shellbox.Activities;
using Shellbox.AzureSimulator;
using Shellbox.Embedded.DurableTask.Client;
using Shellbox.Embedded.Hosting;
using Shellbox.Embedded.Worker;
using Shellbox.Functions;
using Shellbox.Functions.Background;

namespace Shellbox.Tests.Functions;

/// <summary>The app on the embedded host, in this process.</summary>
internal sealed class AppUnderTest : IAsyncDisposable
{
    private readonly IHost _host;

    private int _disposed;

    private AppUnderTest(IHost host) => _host = host;

    public Uri Address => _host.GetEmbeddedHostInfo().BaseAddress;

    public IServiceProvider Services => _host.Services;

    public DurableTaskClient Client => _host.GetDurableTaskClient();

    public static async Task<AppUnderTest> StartAsync(
        IReadOnlyDictionary<string, string> settings, string directory, SimulatedAzure azure, TimeProvider? time,
        Func<FunctionExecutionDelegate, FunctionExecutionDelegate>? middleware, CancellationToken cancellationToken)
    {
        var configuration = new Dictionary<string, string>(settings)
        {
            ["AzureWebJobsScriptRoot"] = RepositoryRoot.Path,
            ["EmbeddedHost:DatabasePath"] = Path.Combine(directory, "durable.db"),
            ["EmbeddedHost:Keys:default"] = TestCloud.FunctionKey,
            ["EmbeddedHost:Keys:master"] = TestCloud.AdminKey,
        };
        var builder = ShellboxApplication.CreateBuilder(["--urls", "http://127.0.0.1:0", .. configuration.Select(c => $"--{c.Key}={c.Value}")]);
        builder.Services.AddSingleton<TokenCredential>(azure.CreateCredential());
        if (time is not null) builder.Services.AddSingleton(time);
        builder.Services.Configure<EmbeddedHostOptions>(options =>
        {
            options.Assemblies.Add(typeof(ShellboxApplication).Assembly);
            options.Assemblies.Add(typeof(BoxKey).Assembly);
        });
        builder.Logging.ClearProviders();
        if (middleware is not null) builder.Use(middleware);
        var host = builder.Build();
        try
        {
            await host.StartAsync(cancellationToken);
            return new AppUnderTest(host);
        }
        catch
        {
            host.Dispose();
            throw;
        }
    }

    public async Task<bool> IsIdleAsync(CancellationToken cancellationToken) => await Client
        .GetAllInstancesAsync(new OrchestrationQuery { Statuses = [OrchestrationRuntimeStatus.Running, OrchestrationRuntimeStatus.Pending], FetchInputsAndOutputs = true })
        .AllAsync(o => o.SerializedCustomStatus is { } status && JsonNode.Parse(status) is JsonObject shown && (string?)shown["step"] == "hold", cancellationToken);

    public Task SweepAsync(CancellationToken cancellationToken) =>
        ActivatorUtilities.CreateInstance<SweepBoxes>(_host.Services).RunAsync(new TimerInfo(), Client, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0) return;
        await _host.StopAsync(CancellationToken.None);
        if (_host is IAsyncDisposable disposable) await disposable.DisposeAsync();
    }
}
