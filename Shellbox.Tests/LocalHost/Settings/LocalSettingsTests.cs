using Shellbox.LocalHost.Settings;
using Shellbox.Tests.Fixtures;
using Xunit;

namespace Shellbox.Tests.LocalHost.Settings;

public class LocalSettingsTests
{
    [Fact]
    public void The_values_keep_their_names_and_have_their_keys_in_a_configuration()
    {
        using var folder = new TemporaryFolder();
        folder.Write(
            LocalSettings.FileName,
            """
            {
              "IsEncrypted": false,
              "Values": { "A__B": "text", "Number": 5, "Flag": true, "Nothing": null, /* one more */ "Empty": "", },
              "Host": { "LocalHttpPort": 7099, "CORS": "*" },
              "ConnectionStrings": { "Plain": "x=1", "Named": { "ConnectionString": "y=2", "ProviderName": "p" } },
              "Value": {}
            }
            """
        );
        var faults = new List<string>();

        var read = LocalSettings.Read(Path.Combine(folder.Path, LocalSettings.FileName), faults);

        Assert.Empty(faults);
        Assert.Equal(
            new Dictionary<string, string>
            {
                ["A__B"] = "text",
                ["Number"] = "5",
                ["Flag"] = "true",
                ["Empty"] = string.Empty,
                ["ConnectionStrings__Plain"] = "x=1",
                ["ConnectionStrings__Named"] = "y=2",
            },
            read.Values
        );
        Assert.Equal(
            new Dictionary<string, string?>
            {
                ["A:B"] = "text",
                ["Number"] = "5",
                ["Flag"] = "true",
                ["Empty"] = string.Empty,
                ["ConnectionStrings:Plain"] = "x=1",
                ["ConnectionStrings:Named"] = "y=2",
            },
            read.Configuration
        );
        Assert.Equal(7099, read.LocalHttpPort);
        Assert.Equal(["Host.CORS", "Value"], read.UnknownKeys);
    }

    [Fact]
    public void Without_a_file_there_is_nothing()
    {
        using var folder = new TemporaryFolder();
        var faults = new List<string>();

        var read = LocalSettings.Read(Path.Combine(folder.Path, LocalSettings.FileName), faults);

        Assert.Empty(faults);
        Assert.Empty(read.Values);
        Assert.Empty(read.Configuration);
        Assert.Null(read.LocalHttpPort);
    }

    [Fact]
    public void All_that_is_wrong_is_named_at_once()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write(
            LocalSettings.FileName,
            """{"Values":{"A":{"B":"c"},"D":[],"E":"1","e":"2"},"ConnectionStrings":[],"Host":{"LocalHttpPort":"http"}}"""
        );
        var faults = new List<string>();

        LocalSettings.Read(Path.Combine(folder.Path, LocalSettings.FileName), faults);

        Assert.Equal(
            [
                $"{path}: Values.A is a list or an object where one value belongs.",
                $"{path}: Values.D is a list or an object where one value belongs.",
                $"{path}: Values.e is there twice.",
                $"{path}: ConnectionStrings is not an object.",
                $"{path}: Host.LocalHttpPort is \"http\", which is not a port from 1 to 65535.",
            ],
            faults
        );
    }

    [Theory]
    [InlineData(
        """{"Values":{"A":"cipher"},"IsEncrypted":true}""",
        " is encrypted, which only Core Tools can read: run `func settings decrypt`, or set IsEncrypted to false."
    )]
    [InlineData(
        """{"Values":{"A":"b"}}}""",
        ", line 1, is not valid JSON: '}' is invalid after a single JSON value. Expected end of data."
    )]
    [InlineData("[]", " is not a JSON object.")]
    public void A_file_that_cannot_be_used_is_one_fault_and_gives_nothing(string text, string expected)
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write(LocalSettings.FileName, text);
        var faults = new List<string>();

        var read = LocalSettings.Read(Path.Combine(folder.Path, LocalSettings.FileName), faults);

        Assert.Equal([path + expected], faults);
        Assert.Empty(read.Values);
    }
}
