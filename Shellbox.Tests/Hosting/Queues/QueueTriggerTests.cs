using System.Text;
using Azure;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Shellbox.Tests.Durable;
using Xunit;

namespace Shellbox.Tests.Hosting.Queues;

public class QueueTriggerTests(AzuriteFixture azurite)
{
    private static readonly DateTimeOffset Start = new(2026, 11, 23, 14, 11, 28, TimeSpan.Zero);

    private readonly QueueFunctions.Probe probe = new();
    private readonly string connection = azurite.ConnectionString;

    private static CancellationToken Limit => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("base64", "Z3L8w58=", "Z3L8w58=")]
    [InlineData("base64", "Z3LDvMOf", "grüß")]
    [InlineData("base64", " plain <&> \n", " plain <&> \n")]
    [InlineData("none", "Z3LDvMOf", "Z3LDvMOf")]
    [InlineData("none", "{\"a\":1}", "{\"a\":1}")]
    public async Task A_message_arrives_decoded_as_host_json_says_and_what_is_no_Base64_text_as_it_is(string encoding, string sent, string expected)
    {
        var queue = await QueueAsync("texts", sent);
        await using var host = await StartAsync($$""" "messageEncoding":"{{encoding}}" """, types: typeof(QueueFunctions.Texts));

        var (message, dequeueCount) = await probe.NextAsync();

        Assert.Equal(expected, message);
        Assert.Equal(1, dequeueCount);
        await EmptyAsync(queue);
    }

    [Fact]
    public async Task A_function_gets_the_type_it_asks_for_from_the_queue_and_connection_its_settings_name()
    {
        var other = azurite.ConnectionString;
        await QueueAsync("bytes", Base64("bytes"));
        await QueueAsync("items", Base64("""{"firstname":"Bob"}"""));
        var datas = new QueueClient(other, "the-data");
        await datas.CreateAsync(cancellationToken: Limit);
        await datas.SendMessageAsync(Base64("data"), Limit);
        await using var host = await StartAsync(
            settings: [("Queues:Data", "the-data"), ("AzureWebJobsOther", other)], types: [typeof(QueueFunctions.Types), typeof(QueueFunctions.Elsewhere)]);

        var messages = await probe.NextAsync(3);

        Assert.Equal("bytes"u8.ToArray(), messages.OfType<byte[]>().Single());
        Assert.Equal("data", messages.OfType<BinaryData>().Single().ToString());
        Assert.Equal(
            (new QueueFunctions.Item("Bob"), true, true, """{"firstname":"Bob"}"""),
            messages.OfType<(QueueFunctions.Item, bool, bool, string)>().Single());
    }

    [Fact]
    public async Task Another_batch_is_taken_only_when_no_more_than_the_threshold_run()
    {
        var queue = await QueueAsync("texts", [.. Enumerable.Range(0, 9).Select(n => Base64($"{n}"))]);
        var gate = probe.Gate = new SemaphoreSlim(0);
        await using var host = await StartAsync(""" "batchSize":3,"newBatchThreshold":1 """, types: typeof(QueueFunctions.Texts));

        var seen = await probe.NextAsync(3);
        await AssertVisibleAsync(queue, 6);
        gate.Release();
        await AssertVisibleAsync(queue, 6);
        gate.Release();
        seen.AddRange(await probe.NextAsync(3));
        await AssertVisibleAsync(queue, 3);
        gate.Release(9);
        seen.AddRange(await probe.NextAsync(3));

        Assert.Equal(["0", "1", "2", "3", "4", "5", "6", "7", "8"], seen.Order());
        Assert.Equal(4, probe.MostAtOnce);
        await EmptyAsync(queue);
    }

    [Fact]
    public async Task An_empty_queue_is_asked_less_and_less_often_until_a_message_comes()
    {
        var time = new WatchedTime(Start);
        var queue = await QueueAsync("texts");
        await using var host = await StartAsync(""" "maxPollingInterval":"00:00:02" """, time, types: typeof(QueueFunctions.Texts));

        var waits = new List<double>();
        for (var i = 0; i < 6; i++)
            waits.Add(await PolledAsync(time));

        // Sent while the host waits: beside a poll, either that one or the next could take it.
        var longest = await PollAwaitedAsync(time);
        waits.Add(longest.TotalMilliseconds);
        await queue.SendMessageAsync(Base64("x"), Limit);
        time.Advance(longest);
        await probe.NextAsync();
        waits.Add(await PolledAsync(time));

        Assert.Equal([100, 200, 400, 800, 1600, 2000, 2000, 100], waits);
    }

    [Fact]
    public async Task A_message_stays_hidden_for_as_long_as_its_function_runs()
    {
        var time = new WatchedTime(Start);
        var gate = probe.Gate = new SemaphoreSlim(0);
        var queue = await QueueAsync("whole", Base64("x"));
        await using var host = await StartAsync(time: time, types: typeof(QueueFunctions.Whole));

        var message = (QueueMessage)(await probe.NextAsync()).Message;
        for (var renewal = 0; renewal < 2; renewal++)
        {
            await time.WaitBegunAsync(TimeSpan.FromSeconds(20));
            time.Advance(TimeSpan.FromSeconds(20));
        }

        // The next wait shows that both renewals are over; each makes a receipt of before worthless.
        await time.WaitBegunAsync(TimeSpan.FromSeconds(20));
        var error = await Assert.ThrowsAsync<RequestFailedException>(
            () => queue.DeleteMessageAsync(message.MessageId, message.PopReceipt, Limit));
        gate.Release();

        Assert.Contains(error.ErrorCode, (string[])["PopReceiptMismatch", "MessageNotFound"]);
        await EmptyAsync(queue);
    }

    [Fact]
    public async Task A_message_that_keeps_failing_goes_to_the_poison_queue_as_it_was_and_nothing_else_stops()
    {
        const string Text = " {\"bad\": \"<&>\n\u00fc\"} ";
        var queue = await QueueAsync("texts", Text, Base64("good"));
        probe.Fails = message => (string)message != "good";
        await using var host = await StartAsync(""" "maxDequeueCount":3,"maxPollingInterval":"00:00:00.1" """, types: typeof(QueueFunctions.Texts));

        var runs = new List<(object, long)>();
        for (var i = 0; i < 4; i++)
            runs.Add(await probe.NextAsync());
        var poison = await TakenAsync("texts-poison");

        Assert.Equal([(Text, 1L), (Text, 2L), (Text, 3L), ("good", 1L)], runs.Order());
        Assert.Equal(Text, poison.MessageText);
        Assert.Equal(9999, poison.ExpiresOn!.Value.Year);
        await EmptyAsync(queue);
    }

    [Fact]
    public async Task A_message_whose_last_attempt_ended_with_the_process_is_poisoned_without_another()
    {
        var queue = await QueueAsync("texts", Base64("deadly"));
        for (var i = 0; i < 2; i++)
        {
            var taken = (await queue.ReceiveMessageAsync(TimeSpan.FromMinutes(1), Limit)).Value;
            await queue.UpdateMessageAsync(taken.MessageId, taken.PopReceipt, visibilityTimeout: TimeSpan.Zero, cancellationToken: Limit);
        }

        await using var host = await StartAsync(""" "maxDequeueCount":2 """, types: typeof(QueueFunctions.Texts));
        var poison = await TakenAsync("texts-poison");
        await queue.SendMessageAsync(Base64("next"), Limit);

        Assert.Equal(Base64("deadly"), poison.MessageText);
        Assert.Equal("next", (await probe.NextAsync()).Message);
    }

    [Fact]
    public async Task A_function_under_way_ends_and_its_message_is_done_before_the_host_has_stopped()
    {
        var queue = await QueueAsync("texts", Base64("x"));
        var gate = probe.Gate = new SemaphoreSlim(0);
        var host = await StartAsync(types: typeof(QueueFunctions.Texts));
        await probe.NextAsync();

        var stopping = host.DisposeAsync().AsTask();
        await queue.SendMessageAsync(Base64("later"), Limit);
        Assert.False(stopping.IsCompleted);
        gate.Release();
        await stopping;

        Assert.Equal(0, probe.Running);
        var left = (await queue.ReceiveMessagesAsync(10, TimeSpan.FromMinutes(1), Limit)).Value;
        Assert.Equal(Base64("later"), Assert.Single(left).MessageText);
    }

    [Fact]
    public async Task A_function_that_does_not_end_is_cancelled_at_stop_and_its_message_given_back()
    {
        var queue = await QueueAsync("texts", Base64("x"));
        probe.Gate = new SemaphoreSlim(0);
        var host = await StartAsync(types: typeof(QueueFunctions.Texts));
        await probe.NextAsync();

        await host.DisposeAsync();

        Assert.Equal(0, probe.Running);
        Assert.Equal(2, (await queue.ReceiveMessageAsync(TimeSpan.FromMinutes(1), Limit)).Value.DequeueCount);
    }

    [Theory]
    [InlineData("base64")]
    [InlineData("none")]
    public async Task What_a_function_returns_is_sent_to_its_output_queue(string encoding)
    {
        var input = await QueueAsync("texts");
        var sent = new QueueClient(connection, "sent");
        await using var host = await StartAsync($$""" "messageEncoding":"{{encoding}}" """, types: typeof(QueueFunctions.Sender));

        foreach (var message in (string[])["nothing", "many", "item", "same"])
            await input.SendMessageAsync(encoding == "none" ? message : Base64(message), Limit);
        await probe.NextAsync(4);
        await EmptyAsync(input);
        var messages = (await sent.ReceiveMessagesAsync(10, TimeSpan.FromMinutes(1), Limit)).Value.Select(m => m.MessageText);

        Assert.Equal(
            ((string[])["one", "same", "two", "{\"FirstName\":\"Bob\"}"]).Select(m => encoding == "none" ? m : Base64(m)).Order(),
            messages.Order());
    }

    [Fact]
    public async Task Storage_that_is_away_is_said_once_and_the_host_goes_on_asking()
    {
        var logs = new RecordedLogs();
        var time = new WatchedTime(Start);
        await using var host = await StartAsync(
            time: time,
            settings:
            [
                ("AzureWebJobsStorage", "DefaultEndpointsProtocol=http;AccountName=none;AccountKey=bm9uZQ==;QueueEndpoint=http://127.0.0.1:1/none"),
                ("AzureWebJobsOther", "nonsense"),
                ("Queues:Data", "d"),
            ],
            logs: logs,
            types: [typeof(QueueFunctions.Texts), typeof(QueueFunctions.Elsewhere)]);

        await PolledAsync(time);
        await PolledAsync(time);
        await PolledAsync(time);

        Assert.Contains("Queue texts at http://127.0.0.1:1", Assert.Single(logs.Of(1300)), StringComparison.Ordinal);
        Assert.Contains("The queue trigger of 'Elsewhere' does not run: The setting 'Other' is not a storage connection string.", logs.Of(1306));
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    /// <summary>Waits for the wait between two polls, in milliseconds, and lets it pass.</summary>
    private static async Task<double> PolledAsync(WatchedTime time)
    {
        var wait = await PollAwaitedAsync(time);
        time.Advance(wait);
        return wait.TotalMilliseconds;
    }

    /// <summary>Waits until the host waits between two polls; it goes on waiting.</summary>
    private static Task<TimeSpan> PollAwaitedAsync(WatchedTime time) =>
        time.WaitBegunAsync(w => w >= TimeSpan.FromMilliseconds(100) && w <= TimeSpan.FromSeconds(2));

    /// <summary>Asserts that so many messages are not taken, again and again for as long as it takes the host to ask for more.</summary>
    private static async Task AssertVisibleAsync(QueueClient queue, int count)
    {
        for (var i = 0; i < 10; i++)
            Assert.Equal(count, (await queue.PeekMessagesAsync(32, Limit)).Value.Length);
    }

    /// <summary>Waits until the queue holds no message, hidden ones included.</summary>
    private static async Task EmptyAsync(QueueClient queue)
    {
        using var patience = Patience.Begin();
        while ((await queue.GetPropertiesAsync(patience.Token)).Value.ApproximateMessagesCount > 0)
            await Task.Delay(20, patience.Token);
    }

    private async Task<QueueMessage> TakenAsync(string name)
    {
        var queue = new QueueClient(connection, name);
        using var patience = Patience.Begin();
        while (true)
        {
            try
            {
                if ((await queue.ReceiveMessageAsync(TimeSpan.FromMinutes(1), patience.Token)).Value is { } message)
                    return message;
            }
            catch (RequestFailedException e) when (e.Status == 404)
            {
                // Not made yet.
            }

            await Task.Delay(20, patience.Token);
        }
    }

    private async Task<QueueClient> QueueAsync(string name, params string[] messages)
    {
        var queue = new QueueClient(connection, name);
        await queue.CreateAsync(cancellationToken: Limit);
        foreach (var message in messages)
            await queue.SendMessageAsync(message, Limit);
        return queue;
    }

    private Task<TestHost> StartAsync(
        string queues = "", TimeProvider? time = null, (string Name, string Value)[]? settings = null, ILoggerProvider? logs = null, params Type[] types)
    {
        var all = new Dictionary<string, string> { ["AzureWebJobsStorage"] = connection };
        foreach (var (name, value) in settings ?? [])
            all[name] = value;
        return TestHost.StartAsync(
            new TestHostOptions
            {
                HostJson = "{\"version\":\"2.0\",\"extensions\":{\"queues\":{" + queues + "}}}",
                Time = time,
                Settings = all,
                Logs = logs,
                Configure = services => services.AddSingleton(probe),
            },
            types);
    }
}
