using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Shellbox.Embedded.Hosting.Settings;
using Shellbox.Tests.Durable;
using Xunit;

namespace Shellbox.Tests.Hosting.Settings;

public class SettingsTests
{
    [Theory]
    [InlineData("""{"version":"3.0"}""", "version is '3.0'")]
    [InlineData("""{"functionTimeout":"5"}""", "functionTimeout is '5', which is not a duration")]
    [InlineData("""{"functionTimeout":"00:00:00"}""", "functionTimeout is '00:00:00'; it must be from 00:00:01 to 24.00:00:00")]
    [InlineData("""{"functionTimeout":{"minutes":5}}""", "functionTimeout is a list or an object")]
    [InlineData("""{"extensions":{"queues":{"batchSize":33}}}""", "extensions.queues.batchSize is '33', which is not a whole number from 1 to 32")]
    [InlineData("""{"extensions":{"queues":{"batchSize":"many"}}}""", "extensions.queues.batchSize is 'many'")]
    [InlineData("""{"extensions":{"queues":{"batchSize":[1]}}}""", "extensions.queues.batchSize is a list or an object")]
    [InlineData("""{"extensions":{"queues":{"newBatchThreshold":-1}}}""", "extensions.queues.newBatchThreshold is '-1'")]
    [InlineData("""{"extensions":{"queues":{"maxPollingInterval":2}}}""", "extensions.queues.maxPollingInterval is '2', which is not a duration")]
    [InlineData("""{"extensions":{"queues":{"maxPollingInterval":"00:00:00.01"}}}""", "extensions.queues.maxPollingInterval is '00:00:00.01'; it must be from")]
    [InlineData("""{"extensions":{"queues":{"visibilityTimeout":"-00:00:01"}}}""", "extensions.queues.visibilityTimeout is '-00:00:01'; it must be from")]
    [InlineData("""{"extensions":{"queues":{"maxDequeueCount":0}}}""", "extensions.queues.maxDequeueCount is '0'")]
    [InlineData("""{"extensions":{"queues":{"messageEncoding":"rot13"}}}""", "extensions.queues.messageEncoding is 'rot13'; this host knows 'base64' and 'none'")]
    [InlineData("""{"extensions":{"durableTask":{"maxConcurrentActivityFunctions":0}}}""", "extensions.durableTask.maxConcurrentActivityFunctions is '0'")]
    [InlineData("""{"extensions":{"durableTask":{"versionMatchStrategy":"Sometimes"}}}""", "extensions.durableTask.versionMatchStrategy is 'Sometimes'")]
    [InlineData("""{"logging":{"logLevel":{"default":"Loud"}}}""", "logging.logLevel.default is 'Loud'")]
    [InlineData("""{"version":""", "host.json is not valid JSON")]
    [InlineData("""[]""", "host.json is not valid JSON")]
    public async Task A_value_of_host_json_that_cannot_be_used_stops_the_start_by_name(string hostJson, string expected)
    {
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => TestHost.StartAsync(new TestHostOptions { HostJson = hostJson }, typeof(BasicFunctions)));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_values_that_cannot_be_used_are_named_at_once()
    {
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => TestHost.StartAsync(
            new TestHostOptions { HostJson = """{"functionTimeout":"x","extensions":{"queues":{"batchSize":0,"maxDequeueCount":"y"}}}""" }, typeof(BasicFunctions)));

        Assert.Contains("functionTimeout", error.Message, StringComparison.Ordinal);
        Assert.Contains("batchSize", error.Message, StringComparison.Ordinal);
        Assert.Contains("maxDequeueCount", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keys_that_mean_nothing_are_warned_of_by_name()
    {
        var logs = new RecordedLogs();
        var folder = TestHost.NewFolder();
        await File.WriteAllTextAsync(
            Path.Combine(folder, LocalSettings.FileName),
            """{"IsEncrypted":false,"Values":{"A":"b"},"Host":{"Port":7071,"CORS":"*"},"Value":{"C":"d"}}""",
            TestContext.Current.CancellationToken);
        await using (await TestHost.StartAsync(
            new TestHostOptions
            {
                Logs = logs,
                Folder = folder,
                HostJson = """
                    {"version":"2.0","functionsTimeout":"00:05:00","logging":{"loglevel":{"default":"Trace"},"levels":{}},
                     "extensions":{"http":{"routePrefix":"api","prefix":"x"},"queue":{"batchSize":1},"queues":{"batchSise":1},
                     "durableTask":{"hubName":"Hub","storageProvider":{"maxQueuePollingInterval":"00:00:01"}}}}
                    """,
            },
            typeof(BasicFunctions)))
        {
            // Started.
        }

        Assert.Equal(
            [
                "host.json: the key 'extensions.http.prefix' means nothing to this host.",
                "host.json: the key 'extensions.queue' means nothing to this host.",
                "host.json: the key 'extensions.queues.batchSise' means nothing to this host.",
                "host.json: the key 'functionsTimeout' means nothing to this host.",
                "host.json: the key 'logging.levels' means nothing to this host.",
                "local.settings.json: the key 'Host.Port' means nothing to this host.",
                "local.settings.json: the key 'Value' means nothing to this host.",
            ],
            logs.Of(1201).Order(StringComparer.Ordinal));
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void The_values_of_host_json_are_those_of_the_file_with_the_settings_over_them()
    {
        using var folder = new Folder(
            HostJson.FileName,
            """
            {
              // As the official host, comments and trailing commas are taken.
              "version": "2.0", "functionTimeout": "-1",
              "extensions": { "queues": { "batchSize": 20, "maxPollingInterval": "00:00:02", "messageEncoding": "None" }, "durableTask": { "versionMatchStrategy": "strict" }, },
            }
            """);
        var settings = new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?> { ["AzureFunctionsJobHost:extensions:queues:maxDequeueCount"] = "7" })
            .Build();

        var read = HostJson.Read(folder.Path, settings);
        var empty = HostJson.Read(Path.Combine(folder.Path, "nowhere"), new ConfigurationBuilder().Build());

        Assert.Equal(
            (Timeout.InfiniteTimeSpan, 20, 10, TimeSpan.FromSeconds(2), 7, false, true),
            (read.FunctionTimeout, read.QueueBatchSize, read.QueueNewBatchThreshold, read.QueueMaxPollingInterval, read.QueueMaxDequeueCount, read.QueueBase64, read.StrictVersion));
        Assert.Equal(
            (TimeSpan.FromMinutes(30), 16, 8, TimeSpan.FromMinutes(1), 5, true, false, "api", "TestHubName"),
            (empty.FunctionTimeout, empty.QueueBatchSize, empty.QueueNewBatchThreshold, empty.QueueMaxPollingInterval, empty.QueueMaxDequeueCount, empty.QueueBase64, empty.StrictVersion, empty.RoutePrefix, empty.HubName));
        Assert.Empty(empty.UnknownKeys());
    }

    [Fact]
    public void The_values_of_local_settings_become_settings()
    {
        using var folder = new Folder(
            LocalSettings.FileName,
            """
            {
              "IsEncrypted": false,
              "Values": { "A__B": "text", "Number": 5, "Flag": true, "Nothing": null, /* one more */ "Empty": "", },
              "Host": { "LocalHttpPort": 7099 },
              "ConnectionStrings": { "Plain": "x=1", "Named": { "ConnectionString": "y=2", "ProviderName": "p" } }
            }
            """);

        var read = LocalSettings.Read(folder.Path);

        Assert.Equal(
            new Dictionary<string, string?>
            {
                ["A:B"] = "text",
                ["Number"] = "5",
                ["Flag"] = "true",
                ["Empty"] = string.Empty,
                ["Host:LocalHttpPort"] = "7099",
                ["ConnectionStrings:Plain"] = "x=1",
                ["ConnectionStrings:Named"] = "y=2",
            },
            read.Values);
        Assert.Empty(read.UnknownKeys);
    }

    [Theory]
    [InlineData("""{"IsEncrypted":true,"Values":{}}""", "it is encrypted")]
    [InlineData("""{"Values":[]}""", "Values is not an object")]
    [InlineData("""{"Values":{"A":{"B":"c"}}}""", "Values.A is a list or an object")]
    [InlineData("[]", "it is not an object")]
    [InlineData("{", "is not valid JSON")]
    public void Local_settings_that_cannot_be_used_are_refused_by_name(string text, string expected)
    {
        using var folder = new Folder(LocalSettings.FileName, text);

        var error = Assert.Throws<InvalidOperationException>(() => LocalSettings.Read(folder.Path));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.Contains(LocalSettings.FileName, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Local_settings_reach_the_app_and_the_command_line_wins()
    {
        var folder = TestHost.NewFolder();
        await File.WriteAllTextAsync(
            Path.Combine(folder, LocalSettings.FileName), """{"Values":{"First":"file","Second":"file"}}""", TestContext.Current.CancellationToken);
        await using (var host = await TestHost.StartAsync(
            new TestHostOptions { Folder = folder, Settings = { ["Second"] = "command line" } }, typeof(BasicFunctions)))
        {
            var settings = host.Host.Services.GetRequiredService<IConfiguration>();
            Assert.Equal(("file", "command line"), (settings["First"], settings["Second"]));
        }

        Directory.Delete(folder, recursive: true);
    }

    private sealed class Folder : IDisposable
    {
        public Folder(string file, string text) => File.WriteAllText(System.IO.Path.Combine(Path, file), text);

        public string Path { get; } = TestHost.NewFolder();

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}
