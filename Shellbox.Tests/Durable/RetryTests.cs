using System.Globalization;
using Shellbox.LocalCloud;
using Shellbox.Tests.Fixtures;
using Xunit;

namespace Shellbox.Tests.Durable;

/// <summary>Retries of activities and children.</summary>
public sealed class RetryTests(AzuriteFixture azurite)
{
    [Theory, EachProvider]
    public async Task A_policy_retries_until_it_works(DurableStorage provider)
    {
        var app = await azurite.AppOnAsync(provider);

        Assert.Equal("ok after 3", (string?)await app.RunAsync("RetriesByPolicy", 2));
    }

    [Theory, EachProvider]
    public async Task When_the_attempts_are_used_up_the_last_failure_is_thrown(DurableStorage provider)
    {
        var app = await azurite.AppOnAsync(provider);
        var id = await app.BeginAsync("RetriesByPolicy", input: 99);

        var end = await app.EndAsync(id);

        Assert.Equal(
            "Microsoft.DurableTask.TaskFailedException: Task 'Flaky' (#4) failed with an unhandled exception: failure 3",
            (string)end["output"]!
        );
        Assert.Equal(3, app.Lines("attempts-" + id).Length);
    }

    [Theory, EachProvider]
    public async Task Attempts_are_as_far_apart_as_the_policy_says(DurableStorage provider)
    {
        var app = await azurite.AppOnAsync(provider);
        var id = await app.BeginAsync("RetriesWithBackOff");

        var end = await app.EndAsync(id);

        // 2 s, then 4 s cut to 3 s, twice. Azure Storage counts in whole seconds.
        var times = app.Lines("attempts-" + id).Select(l => DateTimeOffset.Parse(l, CultureInfo.InvariantCulture)).ToList();
        Assert.Equal("ok after 4", (string)end["output"]!);
        Assert.All(
            times.Zip(times.Skip(1), (a, b) => b - a).Zip([1, 2, 2]),
            gap => Assert.True(gap.First.TotalSeconds >= gap.Second, $"{gap}")
        );
    }

    [Theory, EachProvider]
    public async Task The_retry_timeout_ends_the_attempts(DurableStorage provider)
    {
        var app = await azurite.AppOnAsync(provider);
        var id = await app.BeginAsync("RetriesUntilTimeout");

        var end = await app.EndAsync(id);

        Assert.Equal("Failed", (string)end["runtimeStatus"]!);

        // Of 50. Azure Storage counts in whole seconds, so how many fit in is not quite certain.
        Assert.InRange(app.Lines("attempts-" + id).Length, 1, 10);
    }

    [Theory, EachProvider]
    public async Task A_policy_may_choose_what_is_retried(DurableStorage provider)
    {
        var app = await azurite.AppOnAsync(provider);
        var id = await app.BeginAsync("RetriesOnlyArithmetic");

        await app.UntilStatusAsync(id, "Failed");

        Assert.Single(app.Lines("attempts-" + id));
    }

    [Theory, EachProvider]
    public async Task A_handler_decides_by_the_attempt_and_the_failure(DurableStorage provider)
    {
        var app = await azurite.AppOnAsync(provider);
        var id = await app.BeginAsync("RetriesByHandler");

        var end = await app.EndAsync(id);

        Assert.EndsWith("failure 4", (string)end["output"]!, StringComparison.Ordinal);
        Assert.Equal(4, app.Lines("attempts-" + id).Length);
    }

    [Theory, EachProvider]
    public async Task A_handler_that_throws_makes_the_call_throw_its_exception(DurableStorage provider)
    {
        var app = await azurite.AppOnAsync(provider);

        var end = await app.RunToEndAsync("RetriesByThrowingHandler");

        Assert.Equal("System.ArithmeticException: handler", (string)end["output"]!);
    }

    [Theory, EachProvider]
    public async Task An_asynchronous_handler_may_wait_by_a_durable_timer(DurableStorage provider)
    {
        var app = await azurite.AppOnAsync(provider);

        Assert.Equal("ok after 2", (string?)await app.RunAsync("RetriesByWaitingHandler"));
    }

    [Theory, EachProvider]
    public async Task A_retried_child_keeps_one_id(DurableStorage provider)
    {
        var app = await azurite.AppOnAsync(provider);
        var id = await app.BeginAsync("RetriesChild");

        var end = await app.EndAsync(id);

        Assert.Equal("ok after 3", (string)end["output"]!);
        Assert.Equal(3, app.Lines("children-" + id).Length);
        Assert.Single(app.Lines("children-" + id).Distinct());
    }
}
