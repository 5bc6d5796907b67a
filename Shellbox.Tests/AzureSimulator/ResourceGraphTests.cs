using System.Text.Json.Nodes;
using Shellbox.AzureSimulator.Fleets;
using Shellbox.Tests.Fixtures;
using Xunit;

namespace Shellbox.Tests.AzureSimulator;

/// <summary>Resource Graph over the wire: its lag, its pages, its formats, its limits and its refusals.</summary>
public sealed class ResourceGraphTests
{
    [Fact]
    public async Task A_long_result_comes_in_pages_that_join_up()
    {
        await using var azure = await TestAzure.StartAsync(Pool(7));
        const string Query = "Resources | where type == 'microsoft.compute/virtualmachines' | project id, name | order by name asc";
        var names = new List<string?>();
        var options = new JsonObject { ["$top"] = 3, ["resultFormat"] = "objectArray" };
        var pages = 0;

        for (string? token = null; pages == 0 || token is not null; pages++)
        {
            if (token is not null)
                options["$skipToken"] = token;
            var page = (await azure.QueryAsync(Query, (JsonObject)options.DeepClone())).Body!;
            Assert.Equal(7, (int)page["totalRecords"]!);
            names.AddRange(((JsonArray)page["data"]!).Select(r => (string?)r!["name"]));
            token = (string?)page["$skipToken"];
            Assert.Equal(token is null ? "false" : "true", (string?)page["resultTruncated"]);
        }

        Assert.Equal(3, pages);
        Assert.Equal(Enumerable.Range(0, 7).Select(n => $"vm-{n:d3}"), names);
        var skipped = await azure.QueryAsync(Query, new JsonObject { ["$skip"] = 5 });
        Assert.Equal(["vm-005", "vm-006"], ((JsonArray)skipped.Body!["data"]!).Select(r => (string?)r!["name"]));
    }

    [Fact]
    public async Task A_table_has_columns_and_rows()
    {
        await using var azure = await TestAzure.StartAsync(Pool(2));

        var answer = await azure.QueryAsync(
            "Resources | where type has 'virtualmachines' | summarize n = count() by status = tostring(tags['shellbox:status'])",
            new JsonObject { ["resultFormat"] = "table" }
        );

        Assert.Equal(
            """{"columns":[{"name":"status","type":"string"},{"name":"n","type":"integer"}],"rows":[["free",2]]}""",
            answer.Body!["data"]!.ToJsonString()
        );
    }

    [Theory]
    [InlineData("Resources | summon name", "ParserFailure", "summon")]
    [InlineData("Resources | where name === 'x'", "ParserFailure", "=")]
    [InlineData("Resources | where name ==", "ParserFailure", "<EOF>")]
    [InlineData("Resources | where name == 'x", "ParserFailure", "'x")]
    [InlineData("Resources | where nome == 'x'", "SemanticError", "nome")]
    [InlineData("Resources | where levenshtein(name) > 1", "SemanticError", "levenshtein")]
    [InlineData("Resources | join kind=inner (ResourceContainers) on id", "ParserFailure", "join")]
    [InlineData("Resources | extend a = name['b']", "SemanticError", "[")]
    [InlineData("AdvisorResources | limit 1", "SemanticError", "AdvisorResources")]
    [InlineData("Resources | limit many", "ParserFailure", "many")]
    [InlineData("Resources | summarize count() by tags", "SemanticError", "tags")]
    [InlineData("Resources | extend a = tags[99999999999999]", "ParserFailure", "99999999999999")]
    public async Task What_is_outside_the_language_is_refused_by_the_token(string query, string code, string token)
    {
        await using var azure = await TestAzure.StartAsync(Pool(1));

        var refused = await azure.QueryAsync(query);

        Assert.Equal((400, "BadRequest"), (refused.Status, refused.Code));
        var details = (JsonArray)refused.Body!["error"]!["details"]!;
        Assert.Equal("InvalidQuery", (string?)details[0]!["code"]);
        Assert.Equal((code, token, 1), ((string?)details[1]!["code"], (string?)details[1]!["token"], (int?)details[1]!["line"]));
        Assert.Equal(
            query.LastIndexOf(token, StringComparison.Ordinal) is var at and >= 0 ? at : query.Length,
            (int?)details[1]!["characterPositionInLine"]
        );
    }

    [Theory]
    [InlineData("""{"subscriptions":[]}""")]
    [InlineData("""{"query":"Resources","options":{"$top":0}}""")]
    [InlineData("""{"query":"Resources","options":{"$top":1001}}""")]
    [InlineData("""{"query":"Resources","options":{"$skip":-1}}""")]
    [InlineData("""{"query":"Resources","options":{"$skipToken":"nonsense"}}""")]
    [InlineData("""{"query":"Resources","options":{"resultFormat":"csv"}}""")]
    public async Task Options_that_make_no_sense_are_refused(string body)
    {
        await using var azure = await TestAzure.StartAsync();

        var refused = await azure.SendAsync(
            "POST",
            $"/providers/Microsoft.ResourceGraph/resources?api-version={TestAzure.ResourceGraphVersion}",
            body
        );

        Assert.Equal((400, "BadRequest"), (refused.Status, refused.Code));
        Assert.NotEmpty((JsonArray)refused.Body!["error"]!["details"]!);
    }

    private static FleetDescription Pool(int size) =>
        new()
        {
            VirtualMachines =
            [
                .. Enumerable
                    .Range(0, size)
                    .Select(n => new FleetVirtualMachine
                    {
                        Name = $"vm-{n:d3}",
                        Tags = new Dictionary<string, string> { ["shellbox:role"] = "instance", ["shellbox:status"] = "free" },
                    }),
            ],
        };
}
