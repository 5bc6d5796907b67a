using System.Text.Json.Nodes;
using Shellbox.LocalCloud;
using Shellbox.Tests.Fixtures;
using Xunit;

namespace Shellbox.Tests.Durable;

/// <summary>What is told of a failure, and to whom.</summary>
public sealed class FailureTests(AzuriteFixture azurite)
{
    private const string Boom = "Shellbox.Tests.App.Durable.BoomException";

    [Theory, EachProvider]
    public async Task An_orchestrators_own_exception_is_reported_without_its_cause(DurableStorage provider)
    {
        var app = await azurite.AppOnAsync(provider);

        var end = await app.RunToEndAsync("ThrowsWithCause");

        Assert.Equal(("Failed", $"{Boom}: outer"), ((string)end["runtimeStatus"]!, (string)end["output"]!));
    }

    [Theory, EachProvider]
    public async Task An_activity_failure_that_is_not_caught_fails_the_instance(DurableStorage provider)
    {
        var app = await azurite.AppOnAsync(provider);

        var end = await app.RunToEndAsync("LetsFailureOut");

        Assert.Equal(
            ("Failed", "Microsoft.DurableTask.TaskFailedException: Task 'Boom' (#0) failed with an unhandled exception: activity broke"),
            ((string)end["runtimeStatus"]!, (string)end["output"]!)
        );
    }

    [Theory, EachProvider]
    public async Task A_failure_carries_task_type_and_message(DurableStorage provider)
    {
        var app = await azurite.AppOnAsync(provider);

        Assert.Equal(
            $"Boom|0|{Boom}|broke|Task 'Boom' (#0) failed with an unhandled exception: broke",
            (string?)await app.RunAsync("DescribesDetails")
        );
    }

    [Theory, EachProvider]
    public async Task An_error_type_is_the_reflection_name_and_the_cause_is_the_inner_failure(DurableStorage provider)
    {
        var app = await azurite.AppOnAsync(provider);

        Assert.Equal(
            "Shellbox.Tests.App.Durable.Failures+NestedException: nested < System.TimeoutException: cause",
            (string?)await app.RunAsync("DescribesFailureOf", "ThrowsNested")
        );
    }

    [Theory, EachProvider]
    public async Task An_aggregate_is_not_unwrapped_and_its_inner_failure_is_the_first(DurableStorage provider)
    {
        var app = await azurite.AppOnAsync(provider);

        var chain = (string?)await app.RunAsync("DescribesFailureOf", "ThrowsAggregate");

        Assert.StartsWith("System.AggregateException: ", chain, StringComparison.Ordinal);
        Assert.EndsWith(" < System.ArithmeticException: one", chain, StringComparison.Ordinal);
    }

    [Theory, EachProvider]
    public async Task A_childs_failure_carries_its_activitys_one_level_a_generation(DurableStorage provider)
    {
        var app = await azurite.AppOnAsync(provider);

        var chain = (string?)await app.RunAsync("DescribesFailureOfGrandchild");

        Assert.Equal(
            ["Microsoft.DurableTask.TaskFailedException", "Microsoft.DurableTask.TaskFailedException", Boom],
            chain!.Split(" < ").Select(f => f.Split(':')[0])
        );
        Assert.EndsWith(": activity broke", chain, StringComparison.Ordinal);
    }

    [Theory, EachProvider]
    public async Task IsCausedBy_looks_at_the_failure_and_its_base_types_and_never_at_the_cause(DurableStorage provider)
    {
        var app = await azurite.AppOnAsync(provider);

        Assert.Equal("True True True False", (string?)await app.RunAsync("TellsCauses"));
    }

    [Theory, EachProvider]
    public async Task Task_numbers_count_activities_timers_and_children_together(DurableStorage provider)
    {
        var app = await azurite.AppOnAsync(provider);

        Assert.Equal("[0,2,4]", (await app.RunAsync("NumbersTasks"))!.ToJsonString());
    }

    [Theory, EachProvider]
    public async Task An_activity_input_of_a_wrong_type_fails_the_activity(DurableStorage provider)
    {
        var app = await azurite.AppOnAsync(provider);

        Assert.NotEmpty((string)(await app.RunAsync("GivesWrongInput"))!);
    }

    [Theory, EachProvider]
    public async Task A_fan_in_throws_when_every_task_has_ended_and_each_failure_can_be_read(DurableStorage provider)
    {
        var app = await azurite.AppOnAsync(provider);

        Assert.Equal("one,hello x,two", (string?)await app.RunAsync("FansOutIntoFailures"));
    }

    [Theory, EachProvider]
    public async Task The_status_of_a_failed_instance_is_an_error_on_request(DurableStorage provider)
    {
        var app = await azurite.AppOnAsync(provider);
        var id = await app.BeginAsync("ThrowsAtOnce");
        await app.EndAsync(id);

        using var plain = await app.ManageAsync(HttpMethod.Get, $"instances/{id}");
        using var strict = await app.ManageAsync(HttpMethod.Get, $"instances/{id}?returnInternalServerErrorOnFailure=true");

        Assert.Equal((200, 500), ((int)plain.StatusCode, (int)strict.StatusCode));
        Assert.Equal(
            $"{Boom}: orchestrator broke",
            (string?)JsonNode.Parse(await strict.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!["output"]
        );
    }
}
