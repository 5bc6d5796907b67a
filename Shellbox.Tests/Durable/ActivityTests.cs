using Shellbox.LocalCloud;
using Shellbox.Tests.Fixtures;
using Xunit;

namespace Shellbox.Tests.Durable;

/// <summary>Calls of activities, and what becomes of names, inputs and outputs.</summary>
public sealed class ActivityTests(AzuriteFixture azurite)
{
    [Theory, EachProvider]
    public async Task An_orchestrator_returns_what_its_activity_returned(DurableStorage provider)
    {
        var app = await azurite.AppOnAsync(provider);

        var end = await app.RunToEndAsync("Greets", "x");

        Assert.Equal(
            ("Greets", "Completed", "x", "hello x", null),
            ((string)end["name"]!, (string)end["runtimeStatus"]!, (string)end["input"]!, (string)end["output"]!, end["customStatus"])
        );
    }

    [Theory, EachProvider]
    public async Task Two_hundred_activities_fan_out_and_in(DurableStorage provider)
    {
        var app = await azurite.AppOnAsync(provider);

        Assert.Equal(Enumerable.Range(1, 200).Sum(), (int)(await app.RunAsync("FansOut", 200))!);
    }

    [Theory, EachProvider]
    public async Task Names_ignore_letter_case_and_are_reported_as_called(DurableStorage provider)
    {
        var app = await azurite.AppOnAsync(provider);

        var end = await app.RunToEndAsync("callsInODDCase");

        Assert.Equal(("callsInODDCase", "bOOM"), ((string)end["name"]!, (string?)end["output"]));
    }

    [Theory, EachProvider]
    public async Task An_unknown_activity_fails(DurableStorage provider)
    {
        var app = await azurite.AppOnAsync(provider);

        var end = await app.RunToEndAsync("CallsUnknownActivity");

        Assert.Equal("Failed", (string)end["runtimeStatus"]!);
        Assert.StartsWith(
            "Microsoft.DurableTask.TaskFailedException: Task 'NoSuchActivity' (#0) failed",
            (string)end["output"]!,
            StringComparison.Ordinal
        );
    }

    [Theory, EachProvider]
    public async Task An_unknown_orchestrator_fails_and_the_known_ones_are_named(DurableStorage provider)
    {
        var app = await azurite.AppOnAsync(provider);

        var end = await app.RunToEndAsync("NoSuchOrchestrator");

        Assert.Equal("Failed", (string)end["runtimeStatus"]!);
        var message = (string)end["output"]!["message"]!;
        Assert.Contains("The function 'NoSuchOrchestrator' doesn't exist", message, StringComparison.Ordinal);
        Assert.Contains("'Greets'", message, StringComparison.Ordinal);
    }

    [Theory, EachProvider]
    public async Task Inputs_ignore_letter_case_and_unknown_members_and_outputs_keep_their_names(DurableStorage provider)
    {
        var app = await azurite.AppOnAsync(provider);

        var output = await app.RunAsync("ReadsPerson", new { firstNAME = "Bob", Other = 1 });

        Assert.Equal("""{"FirstName":"Bob","Kind":1,"Nothing":null}""", output!.ToJsonString());
    }

    [Theory, EachProvider]
    public async Task An_input_of_a_wrong_type_fails_the_instance(DurableStorage provider)
    {
        var app = await azurite.AppOnAsync(provider);

        var end = await app.RunToEndAsync("FansOut", "text");

        Assert.Equal("Failed", (string)end["runtimeStatus"]!);
        Assert.StartsWith("System.Text.Json.JsonException: ", (string)end["output"]!, StringComparison.Ordinal);
    }

    [Theory, EachProvider]
    public async Task A_missing_number_is_zero_and_a_result_of_null_is_the_default_of_what_was_asked_for(DurableStorage provider)
    {
        var app = await azurite.AppOnAsync(provider);

        Assert.Equal(0, (int)(await app.RunAsync("FansOut"))!);
        Assert.Equal("0 none", (string?)await app.RunAsync("ReadsNothing"));
    }

    [Theory, EachProvider]
    public async Task A_megabyte_passes_through_input_activity_and_output(DurableStorage provider)
    {
        var app = await azurite.AppOnAsync(provider);
        var text = new string('x', 1024 * 1024);

        var end = await app.RunToEndAsync("PassesOn", text);

        Assert.Equal("Completed", (string)end["runtimeStatus"]!);
        Assert.Equal(text, (string)end["input"]!);
        Assert.Equal(text, (string)end["output"]!);
    }
}
