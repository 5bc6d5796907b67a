using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;
using Shellbox.Tests.Fixtures;
using Xunit;

namespace Shellbox.Tests.LocalHost;

/// <summary>Host and worker in the test's process: several apps at once, with functions and services of the test's own.</summary>
public sealed class InProcessTests(AzuriteFixture azurite)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Functions_of_a_test_get_its_services_and_orchestrate()
    {
        await using var app = await StartAsync("good");

        Assert.Equal("good morning, good night", await app.Http.GetStringAsync("api/day/one", Cancel));
        using var wrong = await app.Http.PostAsync("api/day/one", null, Cancel);
        Assert.Equal(HttpStatusCode.NotFound, wrong.StatusCode);
    }

    [Fact]
    public async Task Many_run_at_once_each_with_its_own_services_and_the_same_instance_ids()
    {
        string[] words = ["good", "bad", "long", "short"];
        var apps = await Task.WhenAll(words.Select(StartAsync));
        try
        {
            var answers = await Task.WhenAll(
                apps.SelectMany(app => Enumerable.Range(0, 5).Select(n => app.Http.GetStringAsync($"api/day/{n}", Cancel)))
            );

            Assert.Equal(words.SelectMany(w => Enumerable.Repeat($"{w} morning, {w} night", 5)), answers);
        }
        finally
        {
            foreach (var app in apps)
                await app.DisposeAsync();
        }
    }

    [Fact]
    public async Task Two_apps_live_in_one_process()
    {
        await using var cloud = await TestCloud.With(azurite).BareInstances().StartAsync();
        await using var own = await StartAsync("good");

        await cloud.ConnectAsync(expectedTier: "cold");
        Assert.Equal("good morning, good night", await own.Http.GetStringAsync("api/day/one", Cancel));
        Assert.Equal(HttpStatusCode.NotFound, (await cloud.Http.GetAsync("api/day/one", Cancel)).StatusCode);
    }

    [Fact]
    public async Task A_timer_function_is_run_by_the_test()
    {
        await using var app = await StartAsync("good");
        using var body = new StringContent("{}", Encoding.UTF8, "application/json");
        using var run = await app.Http.PostAsync("admin/functions/Yearly?wait=true", body, Cancel);

        Assert.True(run.IsSuccessStatusCode, await run.Content.ReadAsStringAsync(Cancel));
        Assert.Equal(1, app.Services.GetRequiredService<Word>().Years);
    }

    [Fact]
    public Task A_worker_that_cannot_be_built_says_so() =>
        Assert.ThrowsAsync<InvalidDataException>(() =>
            OwnFunctions.StartAsync(azurite.ConnectionString, [typeof(Days)], _ => throw new InvalidDataException("as it was asked to"))
        );

    private Task<OwnFunctions> StartAsync(string word) =>
        OwnFunctions.StartAsync(azurite.ConnectionString, [typeof(Days)], services => services.AddSingleton(new Word(word)));

    public sealed class Word(string text)
    {
        public string Text { get; } = text;
        public int Years { get; set; }
    }

    public sealed class Days(Word word)
    {
        [Function("Day")]
        public async Task<IActionResult> AskAsync(
            [HttpTrigger(AuthorizationLevel.Function, "get", Route = "day/{id}")] HttpRequest request,
            string id,
            [DurableClient] DurableTaskClient client,
            CancellationToken cancellationToken
        )
        {
            await client.ScheduleNewOrchestrationInstanceAsync(
                nameof(DayOrchestration),
                new StartOrchestrationOptions(id),
                cancellationToken
            );
            var ended = await client.WaitForInstanceCompletionAsync(id, getInputsAndOutputs: true, cancellationToken);
            return new ContentResult { Content = ended.ReadOutputAs<string>() };
        }

        [Function(nameof(DayOrchestration))]
        public static async Task<string> DayOrchestration([OrchestrationTrigger] TaskOrchestrationContext context) =>
            $"{await context.CallActivityAsync<string>(nameof(Greet), "morning")}, "
            + $"{await context.CallActivityAsync<string>(nameof(Greet), "night")}";

        [Function(nameof(Greet))]
        public string Greet([ActivityTrigger] string time) => $"{word.Text} {time}";

        [Function("Yearly")]
        public void CountYear([TimerTrigger("0 0 0 1 1 *")] TimerInfo timer) => word.Years++;
    }
}
