using Shellbox.LocalCloud;
using Shellbox.Tests.Fixtures;
using Xunit;

namespace Shellbox.Tests.Durable;

/// <summary>Sub-orchestrations.</summary>
public sealed class ChildTests(AzuriteFixture azurite)
{
    [Theory, EachProvider]
    public async Task Children_return_to_their_parent_know_it_and_have_the_given_id_or_one_of_32_hex_digits(DurableStorage provider)
    {
        var app = await azurite.AppOnAsync(provider);
        var id = await app.BeginAsync("HasTwoChildren");

        var children = (await app.EndAsync(id))["output"]!.AsArray().Select(c => (string)c!).ToList();

        Assert.Equal($"{id}-given of HasTwoChildren {id}", children[0]);
        Assert.Matches($"^[0-9a-f]{{32}} of HasTwoChildren {id}$", children[1]);
        Assert.Equal(children[0], (string)(await app.StatusAsync(id + "-given"))["output"]!);
    }

    [Theory, EachProvider]
    public async Task Fifty_children_fan_out_and_in(DurableStorage provider)
    {
        var app = await azurite.AppOnAsync(provider);

        Assert.Equal(
            string.Join(", ", Enumerable.Range(0, 50).Select(n => $"hello {n}")),
            (string?)await app.RunAsync("FansOutChildren", 50)
        );
    }

    [Theory, EachProvider]
    public async Task A_child_takes_the_id_of_an_ended_instance(DurableStorage provider)
    {
        var app = await azurite.AppOnAsync(provider);
        var id = Guid.NewGuid().ToString("n");
        await app.RunAsync("Greets", "x", id + "-given");

        await app.RunAsync("HasTwoChildren", id: id);

        Assert.Equal("KnowsItsParent", (string)(await app.StatusAsync(id + "-given"))["name"]!);
    }

    /// <summary>The official worker fails with a NullReferenceException, by accident; what counts is that the parent ends.</summary>
    [Theory, EachProvider]
    public async Task A_terminated_child_fails_its_parent(DurableStorage provider)
    {
        var app = await azurite.AppOnAsync(provider);
        var id = await app.BeginAsync("WaitsForChild");
        await app.UntilStatusAsync(id + "-child", "Running");

        await app.OrderAsync(id + "-child", "terminate", "enough");

        Assert.Equal("Failed", (string)(await app.EndAsync(id))["runtimeStatus"]!);
    }

    [Theory, EachProvider]
    public async Task A_child_of_an_unknown_name_fails_its_parent(DurableStorage provider)
    {
        var app = await azurite.AppOnAsync(provider);

        Assert.Equal("Failed", (string)(await app.RunToEndAsync("CallsUnknownChild"))["runtimeStatus"]!);
    }

    [Theory, EachProvider]
    public async Task The_termination_of_a_parent_leaves_its_child_alone(DurableStorage provider)
    {
        var app = await azurite.AppOnAsync(provider);
        var id = await app.BeginAsync("WaitsForChild");
        await app.UntilStatusAsync(id + "-child", "Running");

        await app.OrderAsync(id, "terminate");
        await app.UntilStatusAsync(id, "Terminated");
        await app.RaiseAsync(id + "-child", "Go", "alone");

        Assert.Equal("alone", (string)(await app.UntilStatusAsync(id + "-child", "Completed"))["output"]!);
    }
}
