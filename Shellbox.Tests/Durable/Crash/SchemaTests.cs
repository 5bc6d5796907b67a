using Microsoft.Data.Sqlite;
using Shellbox.Embedded.DurableTask.Client;
using Xunit;

namespace Shellbox.Tests.Durable.Crash;

public class SchemaTests
{
    private static CancellationToken Limit => TestContext.Current.CancellationToken;

    /// <summary>Each saved file holds instances that wait for an event, a timer and an activity, and one that has ended.</summary>
    [Theory]
    [InlineData(1)]
    public async Task A_file_of_an_older_version_is_brought_up_to_date_and_gone_on_with(int version)
    {
        using var folder = new TestFolder();
        var path = Victim.Options(folder.Path).DatabasePath;
        var saved = RepositoryRoot.File("Shellbox.Tests", "Durable", "Crash", "SavedFiles", $"version-{version}.sql");
        Execute(path, await File.ReadAllTextAsync(saved, Limit));

        await using var engine = BareEngine.Start(Victim.Options(folder.Path), TimeProvider.System, null, typeof(BasicFunctions), typeof(SavedFunctions));
        await engine.Client.RaiseEventAsync("waits-for-event", "Go", "came", Limit);
        var outputs = new List<string?>();
        foreach (var id in (string[])["ended", "waits-for-event", "waits-for-timer", "waits-for-activity"])
        {
            var end = await engine.Client.WaitForInstanceCompletionAsync(id, getInputsAndOutputs: true, Limit);
            Assert.Equal(OrchestrationRuntimeStatus.Completed, end.RuntimeStatus);
            outputs.Add(end.SerializedOutput);
        }

        Assert.Equal(["\"done\"", "\"came\"", "\"fired after hello before\"", "\"hello there\""], outputs);
    }

    [Fact]
    public void A_file_of_a_newer_version_is_refused_and_left_as_it_is()
    {
        using var folder = new TestFolder();
        var path = Victim.Options(folder.Path).DatabasePath;
        Execute(path, "CREATE TABLE of_the_future(x); PRAGMA user_version = 1000");
        var before = File.ReadAllBytes(path);

        var refused = Assert.Throws<InvalidOperationException>(() => BareEngine.Closed(Victim.Options(folder.Path), typeof(BasicFunctions)));

        Assert.Contains("has schema version 1000, written by a newer Shellbox", refused.Message, StringComparison.Ordinal);
        Assert.Contains("EmbeddedHost:DatabasePath", refused.Message, StringComparison.Ordinal);
        Assert.Contains(path, refused.Message, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(path));
    }

    private static void Execute(string path, string sql)
    {
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        connection.Open();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // A text of this folder.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }
}
