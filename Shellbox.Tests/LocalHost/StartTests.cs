using System.Net;
using System.Net.Sockets;
using Shellbox.LocalHost;
using Shellbox.Tests.Fixtures;
using Xunit;

namespace Shellbox.Tests.LocalHost;

/// <summary>What keeps a host from starting is said in one sentence each, and nothing is left behind.</summary>
public sealed class StartTests(AzuriteFixture azurite) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task All_faults_of_the_settings_are_named_at_once()
    {
        var app = CopyApp();
        await File.WriteAllTextAsync(
            Path.Combine(app, "host.json"),
            """{ "version": "1.0", "extensions": { "queues": { "batchSize": 99 } } }""",
            Cancel
        );

        var failure = await Assert.ThrowsAsync<FunctionsHostException>(() => StartAsync(app, storage: ""));

        Assert.Contains(failure.Faults, f => f.Contains("version", StringComparison.Ordinal));
        Assert.Contains(failure.Faults, f => f.Contains("queues.batchSize", StringComparison.Ordinal));
        Assert.Contains(failure.Faults, f => f.Contains("AzureWebJobsStorage is missing", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_host_json_that_is_none_is_named()
    {
        var app = CopyApp();
        await File.WriteAllTextAsync(Path.Combine(app, "host.json"), """{ "version": "2.0", """, Cancel);

        var failure = await Assert.ThrowsAsync<FunctionsHostException>(() => StartAsync(app));

        Assert.Contains("host.json", Assert.Single(failure.Faults), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_extension_that_this_host_lacks_is_named()
    {
        var app = CopyApp();
        await File.WriteAllTextAsync(
            Path.Combine(app, "extensions.json"),
            """{ "extensions": [{ "name": "ServiceBus", "typeName": "x", "hintPath": "y" }] }""",
            Cancel
        );

        var failure = await Assert.ThrowsAsync<FunctionsHostException>(() => StartAsync(app));

        Assert.Contains("ServiceBus", Assert.Single(failure.Faults), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_without_an_app_is_named()
    {
        var failure = await Assert.ThrowsAsync<FunctionsHostException>(() => StartAsync(_folder.Path));

        Assert.Contains("worker.config.json is missing", Assert.Single(failure.Faults), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_in_use_is_named()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;

        var failure = await Assert.ThrowsAsync<FunctionsHostException>(() => StartAsync(HostedApp.AppDirectory, port: port));

        Assert.Contains($"Port {port} on 127.0.0.1 is in use", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Storage_that_is_away_is_named()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        taken.Stop();

        var failure = await Assert.ThrowsAsync<FunctionsHostException>(() =>
            StartAsync(
                HostedApp.AppDirectory,
                $"DefaultEndpointsProtocol=http;AccountName=a;AccountKey=YQ==;"
                    + $"BlobEndpoint=http://127.0.0.1:{port}/a;QueueEndpoint=http://127.0.0.1:{port}/a;"
                    + $"TableEndpoint=http://127.0.0.1:{port}/a"
            )
        );

        Assert.Contains($"cannot be reached at http://127.0.0.1:{port}", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_worker_that_ends_at_its_start_is_named_with_its_last_words()
    {
        var failure = await Assert.ThrowsAsync<FunctionsHostException>(() =>
            StartAsync(
                HostedApp.AppDirectory,
                settings: new Dictionary<string, string> { ["TESTS_CRASH_AT_START"] = "the settings are not good" }
            )
        );

        Assert.Contains("ended with exit code 42", failure.Message, StringComparison.Ordinal);
        Assert.Contains("the settings are not good", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_schedule_whose_setting_is_missing_is_named()
    {
        var failure = await Assert.ThrowsAnyAsync<Exception>(() => StartAsync(HostedApp.AppDirectory));

        Assert.IsType<FunctionsHostException>(failure);
        Assert.Contains("TESTS_SCHEDULE", failure.Message, StringComparison.Ordinal);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string CopyApp()
    {
        var copy = _folder.File("app");
        Directory.CreateDirectory(copy);
        foreach (var file in (string[])["worker.config.json", "Shellbox.Tests.App.dll"])
        {
            File.Copy(Path.Combine(HostedApp.AppDirectory, file), Path.Combine(copy, file));
        }

        return copy;
    }

    private async Task StartAsync(string app, string? storage = null, int port = 0, Dictionary<string, string>? settings = null)
    {
        await using var host = await FunctionsHost.StartAsync(
            new FunctionsHostOptions
            {
                AppDirectory = app,
                Port = port,
                StateDirectory = _folder.File("state"),
                Settings = new Dictionary<string, string>(settings ?? [])
                {
                    ["AzureWebJobsStorage"] = storage ?? azurite.ConnectionString,
                    ["TESTS_FOLDER"] = _folder.Path,
                },
            },
            Cancel
        );
    }
}
