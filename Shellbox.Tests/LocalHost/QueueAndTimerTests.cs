using System.Text;
using Azure.Storage.Blobs;
using Shellbox.Tests.Fixtures;
using Xunit;

namespace Shellbox.Tests.LocalHost;

/// <summary>Queue and timer triggers: the official extensions, through this host.</summary>
public sealed class QueueAndTimerTests(AzuriteFixture azurite)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_message_that_fails_goes_to_the_poison_queue_after_its_attempts()
    {
        await using var app = await HostedApp.StartAsync(azurite);

        await app.SendAsync("messages", "fail");

        var poison = app.Queue("messages-poison");
        var peeked = await Wait.UntilAsync(
            async () => await poison.ExistsAsync(Cancel) ? (await poison.PeekMessagesAsync(10, Cancel)).Value : [],
            m => m.Length == 1,
            "one poison message"
        );
        Assert.Equal("fail", Encoding.UTF8.GetString(Convert.FromBase64String(peeked[0].MessageText)));
        Assert.Equal(["fail 1", "fail 2", "fail 3"], app.Lines("messages"));
    }

    [Fact]
    public async Task A_timer_function_never_runs_twice_at_once()
    {
        await using var app = await HostedApp.StartAsync(
            azurite,
            new Dictionary<string, string> { ["TESTS_SCHEDULE"] = "* * * * * *", ["TESTS_SLOW_TICK"] = "yes" }
        );
        await app.UntilLinesAsync("ticks", 1);

        // Messages that come and go show that time has passed, and the host has done something in it.
        for (var i = 0; i < 10; i++)
            await app.SendAsync("messages", $"m{i}");
        await app.UntilLinesAsync("messages", 10);
        Assert.Single(app.Lines("ticks"));
        app.Open("tick");

        Assert.Equal("ended", (await app.UntilLinesAsync("ticks", 2))[1]);
    }

    [Fact]
    public async Task An_occurrence_that_was_missed_while_the_host_was_down_is_made_up_for_once()
    {
        await using var app = await HostedApp.StartAsync(azurite);
        await app.StopHostAsync();
        Assert.Empty(app.Lines("ticks"));
        var status = new BlobContainerClient(app.Storage, "azure-webjobs-hosts").GetBlobClient(
            "timers/shellbox-tests-app/Host.Functions.Tick/status"
        );
        Assert.True(await status.ExistsAsync(Cancel));
        await status.UploadAsync(
            BinaryData.FromObjectAsJson(
                new
                {
                    Last = new DateTime(2025, 6, 1, 0, 0, 0, DateTimeKind.Utc),
                    LastUpdated = new DateTime(2025, 6, 1, 0, 0, 0, DateTimeKind.Utc),
                    Next = new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc),
                }
            ),
            overwrite: true,
            Cancel
        );

        await app.StartHostAsync();

        Assert.Equal(["begun past-due=True", "ended"], await app.UntilLinesAsync("ticks", 2));
    }

    [Fact]
    public async Task A_timer_function_is_run_by_hand_with_the_master_key()
    {
        await using var app = await HostedApp.StartAsync(azurite);
        using var content = new StringContent("{}", Encoding.UTF8, "application/json");

        using var refused = await app.Http.PostAsync($"admin/functions/Tick?wait=true&code={HostedApp.HostKey}", content, Cancel);
        using var run = await app.Http.PostAsync($"admin/functions/Tick?wait=true&code={HostedApp.MasterKey}", content, Cancel);

        Assert.Equal(401, (int)refused.StatusCode);
        Assert.Equal(200, (int)run.StatusCode);
        Assert.Equal(["begun past-due=False", "ended"], app.Lines("ticks"));
    }
}
