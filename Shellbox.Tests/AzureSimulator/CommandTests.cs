using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Shellbox.AzureSimulator;
using Shellbox.Tests.Fixtures;
using Xunit;

namespace Shellbox.Tests.AzureSimulator;

/// <summary>The simulator as a program of its own.</summary>
public sealed class CommandTests
{
    [Fact]
    public async Task It_says_how_to_reach_it_serves_any_HTTP_client_and_ends_on_SIGTERM()
    {
        using var directory = new TemporaryFolder();
        var ready = Path.Combine(directory.Path, "ready.json");
        using var process = Start("--vms", "300", "--disks", "2", "--time-scale", "100", "--ready-file", ready);
        var output = process.StandardOutput.ReadToEndAsync(TestAzure.Cancel);
        await Wait.UntilAsync(() => File.Exists(ready) || process.HasExited, "the simulator is ready");
        Assert.False(
            process.HasExited,
            "It ended: " + (process.HasExited ? await process.StandardError.ReadToEndAsync(TestAzure.Cancel) : "")
        );
        var about = JsonNode.Parse(await File.ReadAllTextAsync(ready, TestAzure.Cancel))!;

        // What any client needs: the endpoint, the certificate's thumbprint, a token.
        using var handler = new SocketsHttpHandler();
        handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, _) =>
            certificate!.GetCertHashString(HashAlgorithmName.SHA256) == (string?)about["certificateThumbprint"];
        using var client = new HttpClient(handler) { BaseAddress = new Uri((string)about["armEndpoint"]!) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (string)about["token"]!);
        var names = new HashSet<string>();
        for (
            var url =
                $"/subscriptions/{about["subscriptionId"]}/resourceGroups/{about["resourceGroup"]}"
                + "/providers/Microsoft.Compute/virtualMachines?api-version=2024-07-01";
            url is not null;

        )
        {
            var page = JsonNode.Parse(await client.GetStringAsync(url, TestAzure.Cancel))!;
            Assert.All((JsonArray)page["value"]!, vm => Assert.True(names.Add((string)vm!["name"]!)));
            url = (string?)page["nextLink"];
        }

        using var anonymous = await new HttpClient(handler) { BaseAddress = client.BaseAddress }.GetAsync(
            "/subscriptions?api-version=2022-12-01",
            TestAzure.Cancel
        );
        using var kill = Process.Start("kill", ["-TERM", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        await process.WaitForExitAsync(TestAzure.Cancel);

        Assert.Equal(300, names.Count);
        Assert.Equal(HttpStatusCode.Unauthorized, anonymous.StatusCode);
        Assert.Equal(0, process.ExitCode);
        Assert.False(File.Exists(ready));
        var said = await output;
        foreach (var member in new[] { "armEndpoint", "certificateThumbprint" })
            Assert.Contains((string)about[member]!, said, StringComparison.Ordinal);

        // The file has the credentials: the output, which is then a log, has not.
        foreach (var member in new[] { "token", "identityHeader" })
            Assert.DoesNotContain((string)about[member]!, said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_file_it_prints_the_credentials_too()
    {
        using var process = Start("--vms", "1");
        var said = new List<string>();
        while (
            await process.StandardOutput.ReadLineAsync(TestAzure.Cancel) is { } line && !line.StartsWith("Ctrl+C", StringComparison.Ordinal)
        )
            said.Add(line);
        using var kill = Process.Start("kill", ["-TERM", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        await process.WaitForExitAsync(TestAzure.Cancel);

        Assert.Contains(said, l => l.Contains("bearer token      eyJ", StringComparison.Ordinal));
        Assert.Contains(said, l => l.Contains("IDENTITY_HEADER=", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("time scale", "--time-scale", "0")]
    [InlineData("GUID", "--subscription", "mine")]
    [InlineData("cannot be read", "--fleet", "/nowhere/fleet.json")]
    [InlineData("--state", "--instances", "sshd")]
    [InlineData("20,000", "--vms", "-1")]
    public async Task What_it_cannot_be_started_with_is_said_in_a_sentence(string hint, params string[] arguments)
    {
        using var process = Start(arguments);

        var error = await process.StandardError.ReadToEndAsync(TestAzure.Cancel);
        await process.WaitForExitAsync(TestAzure.Cancel);

        Assert.Equal(1, process.ExitCode);
        Assert.Contains(hint, error, StringComparison.Ordinal);
        Assert.Single(error.Trim().Split('\n'));
    }

    private static Process Start(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(typeof(SimulatedAzure).Assembly.Location);
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        return Process.Start(start)!;
    }
}
