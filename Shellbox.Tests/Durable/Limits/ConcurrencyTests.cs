using Microsoft.Extensions.DependencyInjection;
using Shellbox.Embedded.DurableTask;
using Shellbox.Embedded.DurableTask.Client;
using Shellbox.Embedded.Worker;
using Xunit;

namespace Shellbox.Tests.Durable.Limits;

public class ConcurrencyTests
{
    private const int Work = 24;

    private static CancellationToken Limit => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task As_many_activities_run_at_once_as_host_json_says_and_no_more(int bound)
    {
        var crowd = new Crowd(bound);
        await using var host = await StartAsync($"\"maxConcurrentActivityFunctions\": {bound}", crowd);

        var end = await host.RunAsync("FanOut", Work);

        Assert.Equal(OrchestrationRuntimeStatus.Completed, end.RuntimeStatus);
        Assert.Equal(bound, crowd.Most);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task As_many_orchestrators_run_at_once_as_host_json_says_and_no_more(int bound)
    {
        var crowd = new Crowd(bound);
        await using var host = await StartAsync($"\"maxConcurrentOrchestratorFunctions\": {bound}", crowd);

        var ids = await Task.WhenAll(Enumerable.Range(0, Work).Select(_ => host.Client.ScheduleNewOrchestrationInstanceAsync("Busy", Limit)));
        await Task.WhenAll(ids.Select(host.EndAsync));

        Assert.Equal(bound, crowd.Most);
    }

    private static Task<TestHost> StartAsync(string limit, Crowd crowd) => TestHost.StartAsync(
        new TestHostOptions
        {
            HostJson = $$"""{ "version": "2.0", "extensions": { "durableTask": { {{limit}} } } }""",
            Configure = services => services.AddSingleton(crowd),
        },
        typeof(Functions));

    public sealed class Functions(Crowd crowd)
    {
        [Function("FanOut")]
        public static Task FanOut([OrchestrationTrigger] TaskOrchestrationContext context) =>
            Task.WhenAll(Enumerable.Range(0, context.GetInput<int>()).Select(_ => context.CallActivityAsync("Visit")));

        [Function("Visit")]
        public Task Visit([ActivityTrigger] string? input) => crowd.VisitAsync();

        [Function("Busy")]
        public Task Busy([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            crowd.Visit();
            return Task.CompletedTask;
        }
    }
}
