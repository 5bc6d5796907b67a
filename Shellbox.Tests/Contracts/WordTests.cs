using System.Text.Json;
using System.Text.Json.Nodes;
using Azure.Data.Tables;
using Google.Protobuf.Collections;
using Microsoft.AspNetCore.Mvc;
using Microsoft.DurableTask.Converters;
using Microsoft.DurableTask.Protobuf;
using Shellbox.Activities.Release;
using Shellbox.Activities.State;
using Shellbox.Contracts;
using Shellbox.Contracts.Operations;
using Shellbox.Tests.Fixtures;
using Shellbox.Tests.Histories;
using Xunit;

namespace Shellbox.Tests.Contracts;

/// <summary>What the enums of the contract are outside this process: words in JSON, names in tables, and numbers in old payloads.</summary>
public sealed class WordTests(AzuriteFixture azurite)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public void Each_has_its_word()
    {
        Assert.Equal(["hot", "resumable", "warm", "cold", "empty-pool"], Enum.GetValues<Tier>().Select(t => t.Word()));
        Assert.Equal(["running", "done", "failed"], Enum.GetValues<StepOutcome>().Select(o => o.Word()));
        Assert.Equal(
            ["stopped", "connecting", "running", "held", "releasing", "attached", "given", "deleting"],
            Enum.GetValues<BoxState>().Select(s => s.Word())
        );
    }

    [Theory]
    [InlineData("\"held\"")]
    [InlineData("\"Held\"")]
    [InlineData("\"HELD\"")]
    [InlineData("3")]
    public void A_word_of_any_case_is_read_and_a_number(string json) =>
        Assert.Equal(BoxState.Held, JsonSerializer.Deserialize<BoxState>(json));

    [Theory]
    [InlineData("\"asleep\"")]
    [InlineData("\"\"")]
    [InlineData("true")]
    public void What_is_no_word_is_not_read(string json) => Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<BoxState>(json));

    [Fact]
    public async Task Durable_and_MVC_write_the_word_and_a_table_has_the_name()
    {
        var mvc = new JsonOptions().JsonSerializerOptions;
        foreach (var tier in Enum.GetValues<Tier>())
        {
            Assert.Equal($"\"{tier.Word()}\"", JsonDataConverter.Default.Serialize(tier));
            Assert.Equal($"\"{tier.Word()}\"", JsonSerializer.Serialize(tier, mvc));
        }

        Assert.Equal("\"held\"", JsonDataConverter.Default.Serialize(BoxState.Held));
        Assert.Equal("\"held\"", JsonSerializer.Serialize(BoxState.Held, mvc));
        Assert.Equal("\"done\"", JsonDataConverter.Default.Serialize(StepOutcome.Done));
        Assert.Equal("\"done\"", JsonSerializer.Serialize(StepOutcome.Done, mvc));

        var tables = new StateTables(new TableServiceClient(azurite.ConnectionString));
        await tables.CreateIfMissingAsync(Cancel);
        foreach (var state in Enum.GetValues<BoxState>())
        {
            var row = new BoxRow
            {
                PartitionKey = new string('a', 32),
                RowKey = state.Word(),
                VolumeId = "vol-1",
                State = state,
            };
            await tables.Boxes.AddEntityAsync(row, Cancel);
            var raw = (await tables.Boxes.GetEntityAsync<TableEntity>(row.PartitionKey, row.RowKey, cancellationToken: Cancel)).Value;
            Assert.Equal(state.ToString(), raw["State"]);
            Assert.Equal(
                state,
                (await tables.Boxes.GetEntityAsync<BoxRow>(row.PartitionKey, row.RowKey, cancellationToken: Cancel)).Value.State
            );
        }
    }

    [Fact]
    public void Every_form_in_the_saved_histories_is_read_and_written_again_as_it_was()
    {
        var (tiers, outcomes, states) = (0, 0, 0);
        foreach (var turn in SavedHistoryTests.Files.Select(f => SavedTurn.Load(f.Data)))
        {
            foreach (var (name, value) in Members(JsonNode.Parse(JsonFormat(turn))))
            {
                switch (name)
                {
                    case "tier" or "Tier":
                        Assert.Equal(
                            value?.ToJsonString() ?? "null",
                            JsonDataConverter.Default.Serialize(value.Deserialize<Tier?>()) ?? "null"
                        );
                        tiers++;
                        break;
                    case "outcome":
                        Assert.Equal(value!.ToJsonString(), JsonDataConverter.Default.Serialize(value.Deserialize<StepOutcome>()));
                        outcomes++;
                        break;
                }
            }

            foreach (var result in ResultsOf(nameof(CompleteRelease), turn))
            {
                // A number, in the histories as in what the activity gives today.
                var state = (BoxState)JsonDataConverter.Default.Deserialize(result, typeof(BoxState))!;
                Assert.Equal(result, ((int)state).ToString(System.Globalization.CultureInfo.InvariantCulture));
                states++;
            }
        }

        Assert.True(tiers > 0 && outcomes > 0 && states > 0, $"{tiers} tiers, {outcomes} outcomes, {states} states");
    }

    private static string JsonFormat(SavedTurn turn) => $"[{turn.Request},{turn.Response}]";

    /// <summary>All members of all documents, also of those that are kept as text in another.</summary>
    private static IEnumerable<(string Name, JsonNode? Value)> Members(JsonNode? node) =>
        node switch
        {
            JsonObject document => document.SelectMany(m => Members(m.Value).Prepend((m.Key, m.Value))),
            JsonArray items => items.SelectMany(Members),
            JsonValue value when value.TryGetValue<string>(out var text) && text is ['{' or '[', ..] => Members(JsonNode.Parse(text)),
            _ => [],
        };

    private static IEnumerable<string> ResultsOf(string activity, SavedTurn turn)
    {
        RepeatedField<HistoryEvent> events = [.. turn.Request.PastEvents, .. turn.Request.NewEvents];
        var ids = events.Where(e => e.TaskScheduled?.Name == activity).Select(e => e.EventId).ToHashSet();
        return events.Where(e => e.TaskCompleted is { } done && ids.Contains(done.TaskScheduledId)).Select(e => e.TaskCompleted.Result);
    }
}
