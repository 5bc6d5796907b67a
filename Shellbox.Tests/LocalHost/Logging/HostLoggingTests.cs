using Microsoft.Extensions.Logging;
using Shellbox.LocalHost.Logging;
using Shellbox.Tests.Fixtures;
using Xunit;

namespace Shellbox.Tests.LocalHost.Logging;

public class HostLoggingTests
{
    [Theory]
    [InlineData("Host.Startup", LogLevel.Information)]
    [InlineData("Function.Reconcile.User", LogLevel.Information)]
    [InlineData("Azure.Core", LogLevel.Error)]
    [InlineData("Azure.Storage.Blobs", LogLevel.Error)]
    [InlineData("AzureThings", LogLevel.Information)]
    [InlineData("DurableTask.AzureStorage", LogLevel.Error)]
    [InlineData("DurableTask.Core", LogLevel.Error)]
    [InlineData("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.Error)]
    [InlineData("Yarp.ReverseProxy.Forwarder.HttpForwarder", LogLevel.Error)]
    [InlineData("Grpc.AspNetCore.Server.ServerCallHandler", LogLevel.Error)]
    [InlineData("Microsoft.Azure.WebJobs.Hosting.OptionsLoggingService", LogLevel.Warning)]
    [InlineData("Host.Results", LogLevel.None)]
    public void Noise_is_quiet_where_host_json_says_nothing(string category, LogLevel expected) => Assert.Equal(expected, Least(category));

    [Theory]
    [InlineData("Host.Startup", LogLevel.Warning)]
    [InlineData("Host.Triggers.DurableTask", LogLevel.Critical)]
    [InlineData("Host.Triggers.Timer", LogLevel.Debug)]
    [InlineData("Azure.Core", LogLevel.Debug)]
    [InlineData("Azure.Storage.Blobs", LogLevel.Error)]
    [InlineData("DurableTask.Core", LogLevel.Information)]
    [InlineData("DurableTask.AzureStorage", LogLevel.Information)]
    [InlineData("Host.Results", LogLevel.Trace)]
    public void The_longest_prefix_that_host_json_names_decides(string category, LogLevel expected) =>
        Assert.Equal(
            expected,
            Least(
                category,
                ("default", "Warning"),
                ("Host.Triggers", "Debug"),
                ("Host.Triggers.DurableTask", "critical"),
                ("Azure.Core", "Debug"),
                ("DurableTask", "Information"),
                ("Host.Results", "Trace")
            )
        );

    [Theory]
    [InlineData("Microsoft.Azure.WebJobs.Hosting.OptionsLoggingService", LogLevel.Critical)]
    [InlineData("Azure.Core", LogLevel.Critical)]
    [InlineData("Host.Startup", LogLevel.Critical)]
    public void Noise_is_no_louder_than_the_rest(string category, LogLevel expected) =>
        Assert.Equal(expected, Least(category, ("Default", "Critical")));

    [Fact]
    public void A_level_that_is_none_is_refused() => Assert.Throws<ArgumentException>(() => Least("A", ("A", "Loud")));

    /// <summary>The least level of which something arrives.</summary>
    private static LogLevel Least(string category, params (string Category, string Level)[] levels)
    {
        var entries = new RecordedLog();
        using var factory = LoggerFactory.Create(b =>
            b.AddHostFilters(levels.ToDictionary(l => l.Category, l => l.Level, StringComparer.OrdinalIgnoreCase)).AddProvider(entries)
        );
        var logger = factory.CreateLogger(category);
        for (var level = LogLevel.Trace; level < LogLevel.None; level++)
            logger.Log(level, "x");
        return entries.Entries.Select(e => e.Level).DefaultIfEmpty(LogLevel.None).Min();
    }
}
