using Microsoft.Azure.WebJobs.Extensions.DurableTask;
using Microsoft.Azure.WebJobs.Host;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Shellbox.LocalHost.Settings;
using Shellbox.Tests.Fixtures;
using Xunit;

namespace Shellbox.Tests.LocalHost.Settings;

/// <summary>What a host.json without fault comes to.</summary>
public sealed class HostJsonTests
{
    [Fact]
    public void The_values_are_those_of_the_file_with_the_settings_over_them()
    {
        using var folder = new TemporaryFolder();
        folder.Write(
            HostJson.FileName,
            """
            {
              // As the official host, comments and trailing commas are taken.
              "version": "2.0", "functionTimeout": -1,
              "logging": { "logLevel": { "default": "warning", "Host.Triggers.DurableTask": "None" } },
              "extensions": { "http": { "routePrefix": "" }, "queues": { "batchSize": 20, "maxPollingInterval": "00:00:02" },
                "durableTask": { "hubName": "%Hub__Name%", }, },
            }
            """
        );
        var faults = new List<string>();

        var read = HostJson.Read(
            folder.Path,
            HostSettings.Of(
                ("AzureFunctionsJobHost:extensions:queues:batchSize", "4"),
                ("AzureFunctionsJobHost:extensions:durableTask:storageProvider:type", "SQLite"),
                ("AzureFunctionsJobHost:logging:logLevel:Azure.Core", "Debug"),
                ("Hub:Name", "Named")
            ),
            faults
        );

        Assert.Empty(faults);
        Assert.Empty(read.UnknownKeys);
        Assert.Equal(
            (string.Empty, Timeout.InfiniteTimeSpan, "Named", "sqlite"),
            (read.RoutePrefix, read.FunctionTimeout, read.HubName, read.StorageType)
        );
        Assert.Equal(
            new Dictionary<string, string>
            {
                ["default"] = "Warning",
                ["Host.Triggers.DurableTask"] = "None",
                ["Azure.Core"] = "Debug",
            },
            read.LogLevels
        );
        Assert.Equal(
            ("4", "00:00:02", "Named"),
            (Value("queues:batchSize"), Value("queues:maxPollingInterval"), Value("durableTask:hubName"))
        );

        string? Value(string key) => read.JobHostSettings["AzureWebJobs:extensions:" + key];
    }

    [Fact]
    public void Without_a_file_there_are_the_official_defaults()
    {
        var faults = new List<string>();

        var read = HostJson.Read(Path.Combine(Path.GetTempPath(), "shellbox-nowhere"), HostSettings.Of(), faults);

        Assert.Empty(faults);
        Assert.Empty(read.UnknownKeys);
        Assert.Empty(read.LogLevels);
        Assert.Equal(
            ("api", TimeSpan.FromMinutes(30), "TestHubName", "AzureStorage"),
            (read.RoutePrefix, read.FunctionTimeout, read.HubName, read.StorageType)
        );
        var (key, value) = Assert.Single(read.JobHostSettings);
        Assert.Equal(("AzureWebJobs:extensions:durableTask:hubName", "TestHubName"), (key, value));
    }

    [Fact]
    public void The_host_json_of_this_repository_has_no_fault_and_reaches_the_options_of_the_extensions()
    {
        var faults = new List<string>();
        var read = HostJson.Read(RepositoryRoot.File(), HostSettings.Of(), faults);
        using var host = new HostBuilder()
            .ConfigureAppConfiguration(c => c.AddInMemoryCollection(read.JobHostSettings))
            .ConfigureWebJobs(b => b.AddAzureStorageQueues().AddDurableTask())
            .Build();

        var queues = host.Services.GetRequiredService<IOptions<QueuesOptions>>().Value;
        var durable = host.Services.GetRequiredService<IOptions<DurableTaskOptions>>().Value;

        Assert.Empty(faults);
        Assert.Empty(read.UnknownKeys);
        Assert.Equal(
            (16, 8, TimeSpan.FromSeconds(2), 5),
            (queues.BatchSize, queues.NewBatchThreshold, queues.MaxPollingInterval, queues.MaxDequeueCount)
        );
        Assert.Equal(
            ("Shellbox", 64, 64),
            (durable.HubName, durable.MaxConcurrentActivityFunctions, durable.MaxConcurrentOrchestratorFunctions)
        );
        Assert.Equal("00:00:00.250", durable.StorageProvider["maxQueuePollingInterval"]);
        Assert.Equal("Shellbox", read.HubName);
    }
}
