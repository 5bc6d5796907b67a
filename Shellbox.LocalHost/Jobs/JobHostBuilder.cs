using Microsoft.Azure.WebJobs;
using Microsoft.Azure.WebJobs.Extensions.DurableTask;
using Microsoft.Azure.WebJobs.Extensions.Timers;
using Microsoft.Azure.WebJobs.Host;
using Microsoft.Azure.WebJobs.Host.Config;
using Microsoft.Azure.WebJobs.Host.Executors;
using Microsoft.Azure.WebJobs.Host.Timers;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Shellbox.LocalHost.Durable;
using Shellbox.LocalHost.Settings;
using Shellbox.LocalHost.Timers;
using Shellbox.LocalHost.Worker;

namespace Shellbox.LocalHost.Jobs;

/// <summary>Composes the WebJobs SDK's host with the official extensions: queues, timers, Durable.</summary>
internal static class JobHostBuilder
{
    /// <summary>What is left to listeners and to functions under way when the host stops.</summary>
    public static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(15);

    /// <summary>The host extensions that this host has, by the names that a build writes into extensions.json.</summary>
    public static IReadOnlyList<string> Extensions { get; } = ["AzureStorageQueues", "DurableTask", "Startup"];

    /// <param name="configuration">What the host has read. Hosts of one app on one storage account share its host id: of each timer one
    /// runs.</param>
    /// <param name="functions">The type that stands for the app's functions.</param>
    /// <param name="managementUrl">Where the Durable extension is reached from outside, with its key.</param>
    /// <param name="sqlite">How orchestrations are kept in SQLite; null: they are not.</param>
    /// <param name="logging">Gives both hosts the same log.</param>
    public static IHost Build(
        HostConfiguration configuration,
        Type functions,
        Uri managementUrl,
        SqliteServiceSettings? sqlite,
        Action<ILoggingBuilder> logging
    ) =>
        new HostBuilder()
            .ConfigureLogging(logging)
            .ConfigureWebJobs(jobs =>
            {
                jobs.AddAzureStorageCoreServices();
                jobs.AddAzureStorageQueues();
                jobs.AddTimers();
                jobs.AddDurableTask();
            })
            // After the SDK, which puts the environment over what it finds.
            .ConfigureAppConfiguration(builder =>
                builder
                    .AddConfiguration(configuration.Settings)
                    .AddInMemoryCollection(configuration.HostJson.JobHostSettings)
                    .AddInMemoryCollection(ExtensionEnvironment())
            )
            .ConfigureServices(services =>
            {
                services.AddSingleton<ITypeLocator>(new SingleTypeLocator(functions));
                services.AddSingleton<IHostIdProvider>(new FixedHostIdProvider(configuration.HostId));
#pragma warning disable CS0618 // The one way to tell the extension its public address.
                services.AddSingleton<IWebHookProvider>(new ManagementUrlProvider(managementUrl));
#pragma warning restore CS0618
                services.AddSingleton<IWebJobsExceptionHandler, TimeoutTolerantExceptionHandler>();
                if (sqlite is not null)
                {
                    services.AddSingleton(sqlite);
                    services.AddSingleton<IDurabilityProviderFactory, SqliteProviderFactory>();
                }

                // The package's own is compiled against a storage library that these extensions have left.
                services.Replace(ServiceDescriptor.Singleton<ScheduleMonitor, BlobScheduleMonitor>());
                services.Configure<HostOptions>(options => options.ShutdownTimeout = ShutdownTimeout);
                services.Configure<JobHostFunctionTimeoutOptions>(options =>
                {
                    if (configuration.HostJson.FunctionTimeout is var limit && limit != Timeout.InfiniteTimeSpan)
                        options.Timeout = limit;
                    options.ThrowOnTimeout = false;
                });
            })
            .Build();

    /// <summary>What the Durable extension takes for the world around it.</summary>
    private static Dictionary<string, string?> ExtensionEnvironment() =>
        new()
        {
            ["FUNCTIONS_WORKER_RUNTIME"] = WorkerApp.Runtime,

            // Set, it would take this for a container in Azure and write its events to standard output.
            ["CONTAINER_NAME"] = "",

            // Together the name under which this host holds partitions of the hub: two of one name would take each other's.
            ["WEBSITE_CURRENT_STAMPNAME"] = Environment.MachineName,
            ["RoleInstanceId"] = Guid.NewGuid().ToString("n"),
        };

    private sealed class SingleTypeLocator(Type type) : ITypeLocator
    {
        public IReadOnlyList<Type> GetTypes() => [type];
    }

    private sealed class FixedHostIdProvider(string id) : IHostIdProvider
    {
        public Task<string> GetHostIdAsync(CancellationToken cancellationToken) => Task.FromResult(id);
    }

#pragma warning disable CS0618 // See above.
    private sealed class ManagementUrlProvider(Uri address) : IWebHookProvider
    {
        public Uri GetUrl(IExtensionConfigProvider extension) => address;
    }
#pragma warning restore CS0618

    /// <summary>
    /// The SDK's own handler ends the process for a function that outlives its time. Here that function's worker is ended (FunctionRunner).
    /// </summary>
    private sealed class TimeoutTolerantExceptionHandler : IWebJobsExceptionHandler
    {
        public Task OnTimeoutExceptionAsync(
            System.Runtime.ExceptionServices.ExceptionDispatchInfo exceptionInfo,
            TimeSpan timeoutGracePeriod
        ) => Task.CompletedTask;

        public Task OnUnhandledExceptionAsync(System.Runtime.ExceptionServices.ExceptionDispatchInfo exceptionInfo)
        {
            exceptionInfo.Throw();
            return Task.CompletedTask;
        }
    }
}
