using Microsoft.Extensions.DependencyInjection;
using Shellbox.LocalHost.Settings;
using Shellbox.Tests.Fixtures;
using Xunit;

namespace Shellbox.Tests.LocalHost.Settings;

/// <summary>What is wrong with a host.json is said with its place, all at once.</summary>
public sealed class HostJsonFaultTests
{
    [Theory]
    [InlineData("""{"version":"3.0"}""", "host.json: version is '3.0', which is none of '2.0'.")]
    [InlineData("""{"functionTimeout":"5"}""", "host.json: functionTimeout is '5', which is not a duration such as 00:00:02.")]
    [InlineData("""{"functionTimeout":5}""", "host.json: functionTimeout is '5', which is not a duration such as 00:00:02.")]
    [InlineData("""{"functionTimeout":""}""", "host.json: functionTimeout is '', which is not a duration such as 00:00:02.")]
    [InlineData(
        """{"functionTimeout":"00:00:00.5"}""",
        "host.json: functionTimeout is '00:00:00.5'; it must be from 00:00:01 to 24.00:00:00."
    )]
    [InlineData("""{"functionTimeout":{"minutes":5}}""", "host.json: functionTimeout is a list or an object where one value belongs.")]
    [InlineData(
        """{"logging":{"logLevel":{"Host.Results":"Loud"}}}""",
        "host.json: logging.logLevel.Host.Results is 'Loud', "
            + "which is none of 'Trace', 'Debug', 'Information', 'Warning', 'Error', 'Critical', 'None'."
    )]
    [InlineData("""{"logging":{"logLevel":"Warning"}}""", "host.json: logging.logLevel is 'Warning' where an object belongs.")]
    [InlineData("""{"extensions":5}""", "host.json: extensions is '5' where an object belongs.")]
    [InlineData(
        """{"extensions":{"http":{"routePrefix":"/api/"}}}""",
        "host.json: extensions.http.routePrefix is '/api/', which is not a path without slashes at its ends."
    )]
    [InlineData(
        """{"extensions":{"http":{"routePrefix":["api"]}}}""",
        "host.json: extensions.http.routePrefix is a list or an object where one value belongs."
    )]
    [InlineData(
        """{"extensions":{"queues":{"batchSize":33}}}""",
        "host.json: extensions.queues.batchSize is '33', which is not a whole number from 1 to 32."
    )]
    [InlineData(
        """{"extensions":{"queues":{"batchSize":"many"}}}""",
        "host.json: extensions.queues.batchSize is 'many', which is not a whole number from 1 to 32."
    )]
    [InlineData(
        """{"extensions":{"queues":{"batchSize":[1]}}}""",
        "host.json: extensions.queues.batchSize is a list or an object where one value belongs."
    )]
    [InlineData(
        """{"extensions":{"queues":{"newBatchThreshold":-1}}}""",
        "host.json: extensions.queues.newBatchThreshold is '-1', which is not a whole number of at least 0."
    )]
    [InlineData(
        """{"extensions":{"queues":{"maxPollingInterval":2}}}""",
        "host.json: extensions.queues.maxPollingInterval is '2', which is not a duration such as 00:00:02."
    )]
    [InlineData(
        """{"extensions":{"queues":{"maxPollingInterval":"00:00:00.099"}}}""",
        "host.json: extensions.queues.maxPollingInterval is '00:00:00.099'; it must be from 00:00:00.1000000 to 24.00:00:00."
    )]
    [InlineData(
        """{"extensions":{"queues":{"visibilityTimeout":"-00:00:01"}}}""",
        "host.json: extensions.queues.visibilityTimeout is '-00:00:01'; it must be from 00:00:00 to 7.00:00:00."
    )]
    [InlineData(
        """{"extensions":{"queues":{"maxDequeueCount":0}}}""",
        "host.json: extensions.queues.maxDequeueCount is '0', which is not a whole number of at least 1."
    )]
    [InlineData(
        """{"extensions":{"queues":{"messageEncoding":"rot13"}}}""",
        "host.json: extensions.queues.messageEncoding is 'rot13', which is none of 'None', 'Base64'."
    )]
    [InlineData("""{"extensions":{"durableTask":[]}}""", null)]
    [InlineData(
        """{"extensions":{"durableTask":{"hubName":"a-b"}}}""",
        "host.json: extensions.durableTask.hubName is 'a-b', which is not a letter with 2 to 44 letters and digits after it."
    )]
    [InlineData(
        """{"extensions":{"durableTask":{"hubName":"1hub"}}}""",
        "host.json: extensions.durableTask.hubName is '1hub', which is not a letter with 2 to 44 letters and digits after it."
    )]
    [InlineData(
        """{"extensions":{"durableTask":{"hubName":"ab"}}}""",
        "host.json: extensions.durableTask.hubName is 'ab', which is not a letter with 2 to 44 letters and digits after it."
    )]
    [InlineData(
        """{"extensions":{"durableTask":{"hubName":""}}}""",
        "host.json: extensions.durableTask.hubName is '', which is not a letter with 2 to 44 letters and digits after it."
    )]
    [InlineData(
        """{"extensions":{"durableTask":{"hubName":"%Hub%"}}}""",
        "host.json: extensions.durableTask.hubName is '%Hub%', but there is no setting Hub."
    )]
    [InlineData(
        """{"extensions":{"durableTask":{"maxConcurrentActivityFunctions":0}}}""",
        "host.json: extensions.durableTask.maxConcurrentActivityFunctions is '0', which is not a whole number of at least 1."
    )]
    [InlineData(
        """{"extensions":{"durableTask":{"maxConcurrentOrchestratorFunctions":"x"}}}""",
        "host.json: extensions.durableTask.maxConcurrentOrchestratorFunctions is 'x', which is not a whole number of at least 1."
    )]
    [InlineData(
        """{"extensions":{"durableTask":{"maxConcurrentEntityFunctions":-3}}}""",
        "host.json: extensions.durableTask.maxConcurrentEntityFunctions is '-3', which is not a whole number of at least 1."
    )]
    [InlineData(
        """{"extensions":{"durableTask":{"extendedSessionsEnabled":"yes"}}}""",
        "host.json: extensions.durableTask.extendedSessionsEnabled is 'yes', which is neither true nor false."
    )]
    [InlineData(
        """{"extensions":{"durableTask":{"extendedSessionIdleTimeoutInSeconds":1.5}}}""",
        "host.json: extensions.durableTask.extendedSessionIdleTimeoutInSeconds is '1.5', which is not a whole number of at least 0."
    )]
    [InlineData(
        """{"extensions":{"durableTask":{"useGracefulShutdown":1}}}""",
        "host.json: extensions.durableTask.useGracefulShutdown is '1', which is neither true nor false."
    )]
    [InlineData(
        """{"extensions":{"durableTask":{"tracing":{"version":"V9"}}}}""",
        "host.json: extensions.durableTask.tracing.version is 'V9', which is none of 'None', 'V1', 'V2'."
    )]
    [InlineData(
        """{"extensions":{"durableTask":{"notifications":{"eventGrid":{"publishRetryHttpStatus":[404,"x"]}}}}}""",
        "host.json: extensions.durableTask.notifications.eventGrid.publishRetryHttpStatus.1 is 'x', which is not a whole number."
    )]
    [InlineData(
        """{"extensions":{"durableTask":{"storageProvider":"AzureStorage"}}}""",
        "host.json: extensions.durableTask.storageProvider is 'AzureStorage' where an object belongs."
    )]
    [InlineData(
        """{"extensions":{"durableTask":{"storageProvider":{"type":"mssql"}}}}""",
        "host.json: extensions.durableTask.storageProvider.type is 'mssql', which is none of 'AzureStorage', 'sqlite'."
    )]
    [InlineData(
        """{"extensions":{"durableTask":{"storageProvider":{"partitionCount":17}}}}""",
        "host.json: extensions.durableTask.storageProvider.partitionCount is '17', which is not a whole number from 1 to 16."
    )]
    [InlineData(
        """{"extensions":{"durableTask":{"storageProvider":{"controlQueueBatchSize":33}}}}""",
        "host.json: extensions.durableTask.storageProvider.controlQueueBatchSize is '33', which is not a whole number from 1 to 32."
    )]
    [InlineData(
        """{"extensions":{"durableTask":{"storageProvider":{"controlQueueVisibilityTimeout":"00:00:59"}}}}""",
        "host.json: extensions.durableTask.storageProvider.controlQueueVisibilityTimeout is '00:00:59'; "
            + "it must be from 00:01:00 to 01:00:00."
    )]
    [InlineData(
        """{"extensions":{"durableTask":{"storageProvider":{"workItemQueueVisibilityTimeout":"00:00:00"}}}}""",
        "host.json: extensions.durableTask.storageProvider.workItemQueueVisibilityTimeout is '00:00:00'; "
            + "it must be from 00:00:01 to 7.00:00:00."
    )]
    [InlineData(
        """{"extensions":{"durableTask":{"storageProvider":{"maxQueuePollingInterval":1}}}}""",
        "host.json: extensions.durableTask.storageProvider.maxQueuePollingInterval is '1', which is not a duration such as 00:00:02."
    )]
    [InlineData(
        """{"extensions":{"durableTask":{"storageProvider":{"maxQueuePollingInterval":"00:00:00"}}}}""",
        "host.json: extensions.durableTask.storageProvider.maxQueuePollingInterval is '00:00:00'; "
            + "it must be from 00:00:00.0010000 to 24.00:00:00."
    )]
    [InlineData(
        """{"extensions":{"durableTask":{"storageProvider":{"connectionName":"Durable"}}}}""",
        "host.json: extensions.durableTask.storageProvider.connectionName is 'Durable', "
            + "but there is no setting Durable or AzureWebJobsDurable."
    )]
    [InlineData(
        """{"extensions":{"durableTask":{"storageProvider":{"useLegacyPartitionManagement":true,"useTablePartitionManagement":true}}}}""",
        "host.json: extensions.durableTask.storageProvider: "
            + "useLegacyPartitionManagement and useTablePartitionManagement exclude each other."
    )]
    [InlineData(
        """{"singleton":{"listenerLockPeriod":"00:00:05"}}""",
        "host.json: singleton.listenerLockPeriod is '00:00:05'; it must be from 00:00:15 to 00:01:00."
    )]
    [InlineData(
        """{"singleton":{"lockAcquisitionPollingInterval":"00:00:00.1"}}""",
        "host.json: singleton.lockAcquisitionPollingInterval is '00:00:00.1', which SingletonOptions does not allow."
    )]
    [InlineData(
        """{"concurrency":{"cpuThreshold":"high"}}""",
        "host.json: concurrency.cpuThreshold is 'high', which is not a number that it could be."
    )]
    public void A_value_that_cannot_be_used_is_a_fault_that_names_it(string text, string? expected)
    {
        using var folder = new TemporaryFolder();
        var hasVersion = text.Contains("\"version\":\"3", StringComparison.Ordinal);
        folder.Write(HostJson.FileName, hasVersion ? text : text.Insert(1, """ "version": "2.0", """));
        var faults = new List<string>();

        HostJson.Read(folder.Path, HostSettings.Of(), faults);

        Assert.Equal(expected is null ? [] : [expected], faults);
    }

    [Fact]
    public void All_faults_are_named_at_once_and_a_setting_by_its_own_name()
    {
        using var folder = new TemporaryFolder();
        folder.Write(
            HostJson.FileName,
            """
            { "functionTimeout": "x", "logging": { "logLevel": { "default": "Loud", "Azure": "Quiet" } },
              "extensions": { "queues": { "batchSize": 0, "maxDequeueCount": "y" },
                "durableTask": { "hubName": "-", "storageProvider": { "partitionCount": 0 } } } }
            """
        );
        var faults = new List<string> { "An earlier one." };

        HostJson.Read(
            folder.Path,
            HostSettings.Of(
                ("AzureFunctionsJobHost:extensions:queues:batchSize", "40"),
                ("AzureFunctionsJobHost:extensions:queues:visibilityTimeout", "1")
            ),
            faults
        );

        Assert.Equal(
            [
                $"{folder.File("host.json")} has no version; it must have \"version\": \"2.0\".",
                "An earlier one.",
                "The setting AzureFunctionsJobHost:extensions:queues:batchSize is '40', which is not a whole number from 1 to 32.",
                "The setting AzureFunctionsJobHost:extensions:queues:visibilityTimeout is '1', which is not a duration such as 00:00:02.",
                "host.json: extensions.durableTask.hubName is '-', which is not a letter with 2 to 44 letters and digits after it.",
                "host.json: extensions.durableTask.storageProvider.partitionCount is '0', which is not a whole number from 1 to 16.",
                "host.json: extensions.queues.maxDequeueCount is 'y', which is not a whole number of at least 1.",
                "host.json: functionTimeout is 'x', which is not a duration such as 00:00:02.",
                "host.json: logging.logLevel.Azure is 'Quiet', which is none of",
                "host.json: logging.logLevel.default is 'Loud', which is none of",
            ],
            faults.Select(f => f.Split(" 'Trace'")[0]).Order(StringComparer.Ordinal)
        );
    }

    [Theory]
    [InlineData(
        "{\n  \"version\": \"2.0\",\n  \"extensions\": {\n",
        "host.json, line 4, is not valid JSON: Expected depth to be zero at the end of the JSON payload."
    )]
    [InlineData("{\n  \"version\": 2.0.0\n}", "host.json, line 2, is not valid JSON: '.' is an invalid end of a number.")]
    [InlineData("[]", "host.json is not a JSON object.")]
    [InlineData("", "host.json, line 1, is not valid JSON: The input does not contain any JSON tokens.")]
    [InlineData(
        "{\"version\":\"2.0\",\"functionTimeout\":\"00:01:00\",\"functionTimeout\":\"00:02:00\"}",
        "host.json cannot be used: A duplicate key 'functionTimeout' was found."
    )]
    public void A_file_that_is_no_JSON_is_one_fault_with_path_and_line(string text, string expected)
    {
        using var folder = new TemporaryFolder();
        folder.Write(HostJson.FileName, text);
        var faults = new List<string>();

        HostJson.Read(folder.Path, HostSettings.Of(), faults);

        var fault = Assert.Single(faults);
        Assert.StartsWith(Path.Combine(folder.Path, expected), fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Keys_that_mean_nothing_are_named_in_full()
    {
        using var folder = new TemporaryFolder();
        folder.Write(
            HostJson.FileName,
            """
            { "version": "2.0", "functionsTimeout": "00:05:00", "functions": ["One"], "extensionBundle": { "id": "x" },
              "logging": { "loglevel": {}, "levels": {}, "applicationInsights": { "a": 1 } },
              "extensions": { "http": { "routePrefix": "api", "prefix": "x" }, "queue": { "batchSize": 1 },
                "queues": { "batchSise": 1, "batchSize": 2 },
                "timers": { "x": 1 },
                "durableTask": { "HUBNAME": "Hub", "hub": "x", "tracing": { "traceInputsAndOutputs": true, "trace": true },
                  "storageProvider": { "type": "AzureStorage", "maxQueuePollingInterval": "00:00:01", "partitions": 2 } } } }
            """
        );
        var faults = new List<string>();

        var read = HostJson.Read(folder.Path, HostSettings.Of(("AzureFunctionsJobHost:extensions:queues:maxPolling", "1")), faults);

        Assert.Empty(faults);
        Assert.Equal(
            [
                "extensions.durableTask.hub",
                "extensions.durableTask.storageProvider.partitions",
                "extensions.durableTask.tracing.trace",
                "extensions.http.prefix",
                "extensions.queue",
                "extensions.queues.batchSise",
                "extensions.queues.maxPolling",
                "extensions.timers.x",
                "functions",
                "functionsTimeout",
                "logging.levels",
            ],
            read.UnknownKeys.Order(StringComparer.Ordinal)
        );
        Assert.Equal("Hub", read.HubName);
    }

    [Fact]
    public void A_route_prefix_by_a_setting_is_refused_where_the_app_would_not_follow_it()
    {
        using var folder = new TemporaryFolder();
        folder.Write(HostJson.FileName, """{"version":"2.0","extensions":{"http":{"routePrefix":"v1"}}}""");
        var faults = new List<string>();
        var none = new List<string>();

        HostJson.Read(folder.Path, HostSettings.Of(("AzureFunctionsJobHost:extensions:http:routePrefix", "v2")), faults);
        HostJson.Read(folder.Path, HostSettings.Of(("AzureFunctionsJobHost:extensions:http:routePrefix", "v1")), none);

        Assert.Equal(
            [
                "The setting AzureFunctionsJobHost:extensions:http:routePrefix is 'v2', "
                    + "but the app takes its prefix from host.json alone: 'v1'.",
            ],
            faults
        );
        Assert.Empty(none);
    }
}
