using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Azure.Functions.Worker.Core.FunctionMetadata;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Shellbox.LocalHost;
using Shellbox.Tests.Fixtures;
using Xunit;

namespace Shellbox.Tests.LocalHost;

/// <summary>A Functions app of a test's own classes, host and worker in this process; its services are the test's to choose.</summary>
internal sealed class OwnFunctions : IAsyncDisposable
{
    private readonly string _folder;
    private readonly InProcessWorker _worker;

    private OwnFunctions(string folder, FunctionsHost host, InProcessWorker worker)
    {
        (_folder, Host, _worker) = (folder, host, worker);
        Http = new HttpClient { BaseAddress = host.Address };
        Http.DefaultRequestHeaders.Add("x-functions-key", host.MasterKey);
    }

    public FunctionsHost Host { get; }

    /// <summary>With the master key.</summary>
    public HttpClient Http { get; }

    public IServiceProvider Services => _worker.Services;

    /// <param name="storage">The connection string of a storage account.</param>
    /// <param name="functions">The classes whose functions it has.</param>
    /// <param name="configure">Adds to the app's services, or replaces them.</param>
    /// <param name="settings">The app's settings.</param>
    public static async Task<OwnFunctions> StartAsync(
        string storage,
        Type[] functions,
        Action<IServiceCollection>? configure = null,
        Dictionary<string, string>? settings = null
    )
    {
        var folder = Directory.CreateTempSubdirectory("shellbox-functions-").FullName;
        InProcessWorker? worker = null;
        try
        {
            var host = await FunctionsHost.StartAsync(
                new FunctionsHostOptions
                {
                    // Its host.json, and the host extensions that it was built for.
                    AppDirectory = HostedApp.AppDirectory,
                    Port = 0,
                    StateDirectory = folder,
                    Settings = new Dictionary<string, string>(settings ?? []) { ["AzureWebJobsStorage"] = storage },
                    Logging = logging => logging.ClearProviders(),
                    StartWorker = start =>
                        worker = InProcessWorker.Start(
                            start,
                            CreateBuilder,
                            builder =>
                            {
                                builder.Services.AddSingleton<IFunctionMetadataProvider>(new FunctionsOfTypes(functions));
                                configure?.Invoke(builder.Services);
                            }
                        ),
                },
                TestContext.Current.CancellationToken
            );
            return new OwnFunctions(folder, host, worker!);
        }
        catch
        {
            Directory.Delete(folder, recursive: true);
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await Host.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private static FunctionsApplicationBuilder CreateBuilder(string[] args)
    {
        var builder = FunctionsApplication.CreateBuilder(args);
        builder.ConfigureFunctionsWebApplication();

        // In an app the Worker SDK generates this call.
        new Microsoft.Azure.Functions.Worker.Extensions.DurableTask.DurableTaskExtensionStartup().Configure(builder);
        return builder;
    }
}
