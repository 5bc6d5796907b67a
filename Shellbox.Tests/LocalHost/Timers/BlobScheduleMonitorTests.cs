using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.RegularExpressions;
using Azure.Storage.Blobs;
using Microsoft.Azure.WebJobs;
using Microsoft.Azure.WebJobs.Extensions.Timers;
using Microsoft.Azure.WebJobs.Host.Executors;
using Microsoft.Azure.WebJobs.Host.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Shellbox.LocalHost.Timers;
using Shellbox.Tests.Fixtures;
using Xunit;

namespace Shellbox.Tests.LocalHost.Timers;

public sealed class BlobScheduleMonitorTests(AzuriteFixture azurite)
{
    private const string Timer = "Host.Functions.Reconcile";
    private const string Path = "timers/host-1/Host.Functions.Reconcile/status";

    private static readonly DateTime Noon = new(2026, 11, 29, 12, 0, 0, DateTimeKind.Local);
    private static readonly ConstantSchedule FiveMinutes = new(TimeSpan.FromMinutes(5));

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_status_outlives_the_host_in_the_blob_of_the_official_host()
    {
        var connection = azurite.ConnectionString;
        var status = new ScheduleStatus
        {
            Last = Noon,
            Next = Noon.AddMinutes(5),
            LastUpdated = Noon,
        };

        Assert.Null(await Monitor(connection).GetStatusAsync(Timer));
        await Monitor(connection).UpdateStatusAsync(Timer, new ScheduleStatus());
        await Monitor(connection).UpdateStatusAsync(Timer, status);
        var read = await Monitor(connection).GetStatusAsync(Timer);

        Assert.Equal((status.Last, status.Next, status.LastUpdated), (read!.Last, read.Next, read.LastUpdated));
        Assert.Equal(DateTimeKind.Local, read.Next.Kind);
        Assert.Null(await Monitor(connection, host: "host-2").GetStatusAsync(Timer));
        Assert.Null(await Monitor(connection).GetStatusAsync("Host.Functions.Other"));
        using var blob = JsonDocument.Parse((await Container(connection).GetBlobClient(Path).DownloadContentAsync(Cancel)).Value.Content);
        Assert.Equal(["Last", "Next", "LastUpdated"], blob.RootElement.EnumerateObject().Select(m => m.Name));
        Assert.Equal(status.Next, blob.RootElement.GetProperty("Next").GetDateTime());
    }

    [Fact]
    public async Task An_occurrence_missed_between_two_hosts_is_past_due()
    {
        var connection = azurite.ConnectionString;

        var first = await CheckAsync(connection, Noon, FiveMinutes);
        var inTime = await CheckAsync(connection, Noon.AddMinutes(4), FiveMinutes);
        var late = await CheckAsync(connection, Noon.AddMinutes(7), FiveMinutes);

        Assert.Equal((TimeSpan.Zero, TimeSpan.Zero, TimeSpan.FromMinutes(2)), (first, inTime, late));
    }

    [Fact]
    public async Task A_changed_schedule_is_not_past_due_and_counts_from_now()
    {
        var connection = azurite.ConnectionString;
        await CheckAsync(connection, Noon, FiveMinutes);
        var now = Noon.AddMinutes(30);

        var pastDue = await CheckAsync(connection, now, new ConstantSchedule(TimeSpan.FromMinutes(7)));

        Assert.Equal(TimeSpan.Zero, pastDue);
        Assert.Equal(now.AddMinutes(7), (await Monitor(connection).GetStatusAsync(Timer))!.Next);
    }

    [Fact]
    public async Task A_blob_that_is_no_status_counts_as_none_and_is_replaced()
    {
        var connection = azurite.ConnectionString;
        var logs = new RecordedLog();
        await Monitor(connection).UpdateStatusAsync(Timer, new ScheduleStatus());
        await Container(connection).GetBlobClient(Path).UploadAsync(BinaryData.FromString("<html>"), overwrite: true, Cancel);

        Assert.Null(await Monitor(connection, logs: logs).GetStatusAsync(Timer));
        await CheckAsync(connection, Noon, FiveMinutes);

        var (category, level, message) = Assert.Single(logs.Entries);
        Assert.Equal(("Host.Triggers.Timer", LogLevel.Warning), (category, level));
        Assert.Contains(Timer, message, StringComparison.Ordinal);
        Assert.Equal(Noon.AddMinutes(5), (await Monitor(connection).GetStatusAsync(Timer))!.Next);
    }

    [Fact]
    public async Task Storage_that_fails_is_one_sentence_thrown_by_a_read_and_logged_by_a_write()
    {
        var logs = new RecordedLog();
        using var factory = new LoggerFactory([logs]);
        var container = Container(WrongKey(azurite.ConnectionString));
        var monitor = new BlobScheduleMonitor(new OneContainer(container), new HostId("host-1"), factory);

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => monitor.GetStatusAsync(Timer));
        await monitor.UpdateStatusAsync(Timer, new ScheduleStatus());

        Assert.StartsWith(
            $"The schedule status of the timer {Timer} cannot be read from {container.Uri}/{Path}: ",
            error.Message,
            StringComparison.Ordinal
        );
        var (_, level, message) = Assert.Single(logs.Entries);
        Assert.Equal(LogLevel.Error, level);
        Assert.StartsWith(
            $"The schedule status of the timer {Timer} could not be written to {container.Uri}/{Path}: ",
            message,
            StringComparison.Ordinal
        );
        Assert.All([error.Message, message], m => Assert.DoesNotContain('\n', m));
    }

    [Fact]
    public async Task Without_a_storage_account_a_sentence_names_the_setting()
    {
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => Monitor(string.Empty).GetStatusAsync(Timer));

        Assert.Contains("AzureWebJobsStorage", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_timer_whose_occurrence_was_missed_runs_once_as_the_job_host_starts()
    {
        var connection = azurite.ConnectionString;
        await RunAsync(connection, new Runs());
        var blob = await SingleBlobAsync(connection);
        var hour = DateTime.SpecifyKind(TimeProvider.System.GetLocalNow().DateTime, DateTimeKind.Local);
        var last = new DateTime(hour.Year, hour.Month, hour.Day, hour.Hour, 0, 0, DateTimeKind.Local).AddHours(-3);
        var status = new ScheduleStatus
        {
            Last = last,
            Next = last.AddHours(1),
            LastUpdated = last,
        };
        await blob.UploadAsync(BinaryData.FromObjectAsJson(status), overwrite: true, Cancel);
        var late = new Runs();
        var again = new Runs();

        await RunAsync(connection, late);
        await RunAsync(connection, again);

        var run = Assert.Single(late.All);
        Assert.True(run.IsPastDue);
        Assert.Equal((last, last.AddHours(1)), (run.ScheduleStatus.Last, run.ScheduleStatus.Next));
        Assert.Empty(again.All);
    }

    private static async Task<BlobClient> SingleBlobAsync(string connection)
    {
        var container = Container(connection);
        var names = new List<string>();
        await foreach (var blob in container.GetBlobsAsync(cancellationToken: Cancel))
            names.Add(blob.Name);
        return container.GetBlobClient(Assert.Single(names, n => Regex.IsMatch(n, "^timers/host-1/.+/status$")));
    }

    private static async Task RunAsync(string connection, Runs runs)
    {
        using var host = new HostBuilder()
            .ConfigureAppConfiguration(c => c.AddInMemoryCollection([new("AzureWebJobsStorage", connection)]))
            .ConfigureWebJobs(b =>
            {
                b.AddAzureStorageCoreServices();
                b.AddTimers();
                b.Services.Replace(ServiceDescriptor.Singleton<ScheduleMonitor, BlobScheduleMonitor>());
            })
            .ConfigureServices(s =>
                s.AddSingleton<IHostIdProvider>(new HostId("host-1"))
                    .AddSingleton<ITypeLocator>(new OneType(typeof(Hourly)))
                    .AddSingleton(runs)
            )
            .Build();
        await host.StartAsync(Cancel);
        await host.StopAsync(Cancel);
    }

    /// <summary>What the timer listener of a new host does as it starts.</summary>
    private static async Task<TimeSpan> CheckAsync(string connection, DateTime now, TimerSchedule schedule)
    {
        var monitor = Monitor(connection);
        return await monitor.CheckPastDueAsync(Timer, now, schedule, await monitor.GetStatusAsync(Timer));
    }

    private static BlobScheduleMonitor Monitor(string connection, string host = "host-1", RecordedLog? logs = null)
    {
        var services = new ServiceCollection()
            .AddSingleton<IConfiguration>(
                new ConfigurationBuilder()
                    .AddInMemoryCollection(connection.Length == 0 ? [] : [new("AzureWebJobsStorage", connection)])
                    .Build()
            )
            .AddLogging(l => l.AddFilter("Azure", LogLevel.None).AddProvider(logs ?? new RecordedLog()))
            .AddSingleton<IHostIdProvider>(new HostId(host));
        services.AddAzureStorageCoreServices();
        return ActivatorUtilities.CreateInstance<BlobScheduleMonitor>(services.BuildServiceProvider());
    }

    private static BlobContainerClient Container(string connection) => new(connection, "azure-webjobs-hosts");

    private static string WrongKey(string connection) => connection.Replace("AccountKey=c2hl", "AccountKey=d2hl", StringComparison.Ordinal);

    public sealed class Hourly(Runs runs)
    {
        [FunctionName("Hourly")]
        public void Run([TimerTrigger("0 0 * * * *")] TimerInfo timer) => runs.All.Enqueue(timer);
    }

    public sealed class Runs
    {
        public ConcurrentQueue<TimerInfo> All { get; } = new();
    }

    private sealed class HostId(string id) : IHostIdProvider
    {
        public Task<string> GetHostIdAsync(CancellationToken cancellationToken) => Task.FromResult(id);
    }

    private sealed class OneType(Type type) : ITypeLocator
    {
        public IReadOnlyList<Type> GetTypes() => [type];
    }

    private sealed class OneContainer(BlobContainerClient container) : IAzureBlobStorageProvider
    {
        public bool TryCreateHostingBlobContainerClient(out BlobContainerClient blobContainerClient)
        {
            blobContainerClient = container;
            return true;
        }

        public bool TryCreateBlobServiceClientFromConnection(string connection, out BlobServiceClient client) =>
            throw new NotSupportedException();
    }
}
