using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Shellbox.LocalHost.Http;
using Shellbox.Tests.Fixtures;
using Xunit;

namespace Shellbox.Tests.LocalHost.Http;

public class HostKeysTests
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(null, false, false, "Unknown")]
    [InlineData("", false, false, "Unknown")]
    [InlineData("wrong", false, false, "Unknown")]
    [InlineData("own-ke", false, false, "Unknown")]
    [InlineData("own-keyy", false, false, "Unknown")]
    [InlineData("OWN-KEY", false, false, "Unknown")]
    [InlineData("own-key", true, false, "Forbidden")]
    [InlineData("other-key", false, false, "Forbidden")]
    [InlineData("host-key", true, false, "Forbidden")]
    [InlineData("management-key", false, false, "Open")]
    [InlineData("master-key", true, true, "Open")]
    public async Task A_key_opens_what_it_is_for(string? key, bool function, bool admin, string management)
    {
        using var folder = new TemporaryFolder();
        var keys = await OpenAsync(
            folder.File("keys.json"),
            ("master", "master-key"),
            ("default", "host-key"),
            ("durabletask_extension", "management-key"),
            ("Keyed", "own-key"),
            ("Other", "other-key")
        );

        Assert.Equal(
            (function, admin, Enum.Parse<ManagementAccess>(management)),
            (keys.OpensFunction("keyed", key), keys.IsMaster(key), keys.OpensManagement(key))
        );
    }

    [Fact]
    public async Task The_management_key_opens_no_function_even_one_of_its_name()
    {
        using var folder = new TemporaryFolder();
        var keys = await OpenAsync(folder.File("keys.json"));

        Assert.False(keys.OpensFunction("durabletask_extension", keys.Management));
        Assert.True(keys.OpensFunction("durabletask_extension", keys.Host));
    }

    [Fact]
    public async Task Generated_keys_outlive_the_host_in_a_file_that_only_the_owner_reads()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("deep/er/keys.json");

        var first = await OpenAsync(path);
        var second = await OpenAsync(path);

        Assert.Equal(3, new HashSet<string>([first.Master, first.Host, first.Management]).Count);
        Assert.All([first.Master, first.Host, first.Management], k => Assert.Matches("^[A-Za-z0-9_-]{54}$", k));
        Assert.Equal(All(first), All(second));
        Assert.Equal(["keys.json", "keys.json.lock"], Directory.GetFiles(Path.GetDirectoryName(path)!).Select(Path.GetFileName).Order());
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(OwnerOnly, File.GetUnixFileMode(path));
            File.SetUnixFileMode(path, OwnerOnly | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
            await OpenAsync(path);
            Assert.Equal(OwnerOnly, File.GetUnixFileMode(path));
        }
    }

    [Fact]
    public async Task Hosts_that_start_at_once_have_the_same_keys()
    {
        for (var round = 0; round < 20; round++)
        {
            using var folder = new TemporaryFolder();
            var path = folder.File("keys.json");

            // Half of them find a file that lacks keys.
            if (round % 2 == 1)
                await File.WriteAllTextAsync(path, """{"master":"kept"}""", Cancel);
            var start = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var opened = Enumerable
                .Range(0, 8)
                .Select(_ =>
                    Task.Run(
                        async () =>
                        {
                            await start.Task;
                            return await OpenAsync(path);
                        },
                        Cancel
                    )
                )
                .ToList();

            start.SetResult();
            var keys = await Task.WhenAll(opened);

            Assert.Single(keys.Select(All).Distinct());
            Assert.Equal(All(keys[0]), All(await OpenAsync(path)));
            Assert.Equal(round % 2 == 1, keys[0].Master == "kept");
        }
    }

    [Fact]
    public async Task A_host_waits_for_one_that_is_writing_and_takes_its_keys()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("keys.json");
        Task<HostKeys> waiting;
        await using (new FileStream(path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None))
        {
            waiting = OpenAsync(path);
            await File.WriteAllTextAsync(path, """{"master":"m","default":"d","durabletask_extension":"x"}""", Cancel);
            Assert.False(waiting.IsCompleted);
        }

        Assert.Equal(("m", "d", "x"), All(await waiting));
    }

    [Fact]
    public async Task A_setting_wins_over_the_file_which_keeps_its_own_and_those_of_functions()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("keys.json", """{"master":"in-file","Keyed":"function-key","empty":""}""");

        var keys = await OpenAsync(path, ("master", "by-setting"));

        Assert.Equal("by-setting", keys.Master);
        Assert.True(keys.OpensFunction("Keyed", "function-key"));
        Assert.False(keys.OpensFunction("Empty", string.Empty));
        var file = JsonSerializer.Deserialize<Dictionary<string, string>>(await File.ReadAllTextAsync(path, Cancel))!;
        Assert.Equal(("in-file", keys.Host, "function-key"), (file["master"], file["default"], file["Keyed"]));
    }

    [Fact]
    public async Task A_file_that_cannot_be_read_is_named_and_left_alone()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("keys.json", "{\"master\":");

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => OpenAsync(path));

        Assert.Equal($"The host's keys in {path} cannot be read. Delete the file to have new ones made.", error.Message);
        Assert.Equal("{\"master\":", await File.ReadAllTextAsync(path, Cancel));
    }

    [Theory]
    [InlineData(null, null, null)]
    [InlineData("h", null, "h")]
    [InlineData(null, "?code=q%2B", "q+")]
    [InlineData("h", "?code=q", "h")]
    [InlineData("", "?code=q", "")]
    [InlineData(null, "?CODE=q", "q")]
    public void The_presented_key_is_that_of_the_header_first(string? header, string? query, string? expected)
    {
        var request = new DefaultHttpContext().Request;
        if (header is not null)
            request.Headers["X-Functions-Key"] = header;
        request.QueryString = new QueryString(query);

        Assert.Equal(expected, PresentedKey.Of(request));
    }

    private static (string Master, string Host, string Management) All(HostKeys keys) => (keys.Master, keys.Host, keys.Management);

    private static Task<HostKeys> OpenAsync(string path, params (string Name, string Key)[] settings) =>
        HostKeys.OpenAsync(
            new ConfigurationBuilder()
                .AddInMemoryCollection(settings.ToDictionary(s => $"LocalHost:Keys:{s.Name}", s => (string?)s.Key))
                .Build(),
            path,
            TimeProvider.System,
            Cancel
        );
}
