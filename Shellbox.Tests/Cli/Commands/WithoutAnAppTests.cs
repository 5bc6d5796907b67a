using System.Net;
using System.Net.Sockets;
using Shellbox.Tests.Fixtures;
using Xunit;
using static Shellbox.Cli.ExitCode;

namespace Shellbox.Tests.Cli.Commands;

/// <summary>What ends before the app is asked, or because there is none.</summary>
public sealed class WithoutAnAppTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("connect", "Dev33")]
    [InlineData("connect", "33dev")]
    [InlineData("connect", "dev-")]
    [InlineData("connect", "dev33\n")]
    [InlineData("connect", "")]
    [InlineData("connect", "@dev33")]
    [InlineData("disconnect", "../dev33")]
    [InlineData("status", "a23456789012345678901234567890123")]
    public async Task A_bad_name_is_bad_usage_and_no_request_is_made(string command, string name)
    {
        using var user = new CommandUser();

        // Nothing listens there: a request would end with 4.
        var run = (await user.RunAsync(command, name, "--url", NobodyListens(), "--key", "key")).EndedWith(Usage);

        Assert.Contains("is not a box name", run.Sentence(), StringComparison.Ordinal);
        Assert.Empty(run.Output);
    }

    [Fact]
    public async Task A_bad_name_is_echoed_without_its_control_characters()
    {
        using var user = new CommandUser();

        var run = (await user.RunAsync("connect", "\u001b[31mred\u0007")).EndedWith(Usage);

        Assert.DoesNotContain('\u001b', run.Sentence());
        Assert.DoesNotContain('\u0007', run.Sentence());
        Assert.Contains("?[31mred?", run.Sentence(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("BOX", "connect")]
    [InlineData("--bogus", "connect", "dev33", "--bogus")]
    [InlineData("--no-shell", "connect", "dev33", "--command", "true", "--no-shell")]
    [InlineData("--json", "connect", "dev33", "--command", "true", "--json")]
    [InlineData("--no-wait", "disconnect", "dev33", "--wait", "--no-wait")]
    [InlineData("ftp://app", "boxes", "--url", "ftp://app")]
    [InlineData("--instances", "up", "--instances", "0")]
    [InlineData("--time-scale", "demo", "--time-scale", "0")]
    [InlineData("--port", "up", "--port", "70000")]
    [InlineData("--guest takes small or debian", "up", "--guest", "windows")]
    [InlineData("--guest takes small or debian", "demo", "--guest=Debian")]
    [InlineData("--guest", "demo", "--guest=")]
    [InlineData("bogus", "bogus")]
    public async Task Bad_usage_names_what_is_wrong(string named, params string[] arguments)
    {
        using var user = new CommandUser();

        var run = (await user.RunAsync(arguments)).EndedWith(Usage);

        Assert.Contains(named, run.Error.Split('\n')[0], StringComparison.Ordinal);
        Assert.Empty(run.Output);
    }

    [Fact]
    public async Task Help_lists_the_exit_codes_and_ends_well()
    {
        using var user = new CommandUser();

        var run = (await user.RunAsync("--help")).EndedWith(Ok);

        Assert.All(
            ["0 ok", "2 bad usage", "3 not found", "4 not reachable", "5 not authorised", "130 interrupted"],
            code => Assert.Contains(code, run.Output, StringComparison.Ordinal)
        );
        Assert.Empty(run.Error);
    }

    [Fact]
    public async Task Without_a_local_cloud_and_without_an_address_the_remedy_is_named()
    {
        using var user = new CommandUser();

        var run = (await user.RunAsync("boxes")).EndedWith(NotReachable);

        Assert.Contains(user.State, run.Sentence(), StringComparison.Ordinal);
        Assert.Contains("./shellbox up", run.Sentence(), StringComparison.Ordinal);
        Assert.Contains("--url", run.Sentence(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("boxes")]
    [InlineData("connect", "dev33")]
    [InlineData("connect", "dev33", "--json")]
    [InlineData("disconnect", "dev33")]
    [InlineData("status")]
    [InlineData("status", "dev33")]
    public async Task An_app_that_does_not_answer_is_said_with_its_address_and_the_remedy(params string[] arguments)
    {
        using var user = new CommandUser();
        var identity = (await TestUser.CreateAsync(user.Home, "id")).KeyFile;
        var url = NobodyListens();

        var run = (await user.RunAsync([.. arguments, "--url", url, "--key", "key", "--identity", identity])).EndedWith(NotReachable);

        Assert.Contains(url, run.Sentence(), StringComparison.Ordinal);
        Assert.Contains("./shellbox up", run.Sentence(), StringComparison.Ordinal);
        Assert.Empty(run.Output);
    }

    [Fact]
    public async Task A_missing_identity_is_bad_usage_and_the_sentence_says_how_to_make_one()
    {
        using var user = new CommandUser();
        string[] connect = ["connect", "dev33", "--url", NobodyListens(), "--key", "key"];

        var missing = (await user.RunAsync([.. connect, "--identity", "/does/not/exist"])).EndedWith(Usage).Sentence();
        Assert.Contains("/does/not/exist", missing, StringComparison.Ordinal);
        Assert.Contains("ssh-keygen", missing, StringComparison.Ordinal);

        // Without --identity it is the user's own.
        Assert.Contains(
            $"{user.Home}/.ssh/id_ed25519",
            (await user.RunAsync(connect)).EndedWith(Usage).Sentence(),
            StringComparison.Ordinal
        );

        var privateAlone = (await TestUser.CreateAsync(user.Home, "id")).KeyFile;
        File.Delete(privateAlone + ".pub");
        var noPublic = (await user.RunAsync([.. connect, "--identity", privateAlone])).EndedWith(Usage).Error;
        Assert.Contains($"ssh-keygen -y -f '{privateAlone}' > '{privateAlone}.pub'", noPublic, StringComparison.Ordinal);

        await File.WriteAllTextAsync(privateAlone + ".pub", "no key at all\n", Cancel);
        Assert.Contains(
            "does not hold an SSH public key",
            (await user.RunAsync([.. connect, "--identity", privateAlone])).EndedWith(Usage).Sentence(),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_broken_cloud_file_is_said_and_not_taken_for_none()
    {
        using var user = new CommandUser();
        Directory.CreateDirectory(user.State);
        await File.WriteAllTextAsync(Path.Combine(user.State, "cloud.json"), "{", Cancel);

        var run = (await user.RunAsync("boxes")).EndedWith(Usage);

        Assert.Contains("cloud.json", run.Sentence(), StringComparison.Ordinal);
        Assert.Contains("./shellbox up", run.Sentence(), StringComparison.Ordinal);
    }

    // Bound and never listening: refused, and nobody else's meanwhile.
    private static readonly Socket Deaf = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    static WithoutAnAppTests() => Deaf.Bind(new IPEndPoint(IPAddress.Loopback, 0));

    private static string NobodyListens() => $"http://{Deaf.LocalEndPoint}";
}
