using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Shellbox.LocalCloud;
using Shellbox.Tests.Fixtures;
using Xunit;

[assembly: AssemblyFixture(typeof(AzuriteFixture))]

namespace Shellbox.Tests.Fixtures;

/// <summary>
/// One real Azurite for all tests. Tests that run in parallel do not meet: each takes a storage account of its own, and Azurite is told of
/// enough of them at start.
/// </summary>
public sealed class AzuriteFixture : IAsyncLifetime
{
    private const int Accounts = 400;
    private const string AccountKey = "c2hlbGxib3gtdGVzdHMtc2hlbGxib3gtdGVzdHMtMDAwMQ==";

    private readonly ConcurrentQueue<string> _output = new();
    private readonly ConcurrentBag<IAsyncDisposable> _users = [];
    private TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Process? _process;
    private IReadOnlyList<string> _arguments = [];
    private int _next;
    private int _listening;
    private AzuritePorts _ports = new(0, 0, 0);

    /// <summary>Where it keeps what it has, so that it survives a restart; null: in memory alone.</summary>
    public string? Location { get; init; }

    /// <summary>A connection string to a storage account that no other caller has got.</summary>
    public string ConnectionString
    {
        get
        {
            var number = Interlocked.Increment(ref _next);
            Assert.True(
                number <= Accounts,
                $"The tests use more than {Accounts} storage accounts; raise the number in {nameof(AzuriteFixture)}."
            );
            var account = Name(number);
            return AzuriteCommand.ConnectionString(_ports, account, AccountKey);
        }
    }

    public async ValueTask InitializeAsync()
    {
        var script = RepositoryRoot.File("node_modules", "azurite", "dist", "src", "azurite.js");
        Assert.True(File.Exists(script), "Azurite is not installed; run 'npm ci' in the repository's root.");
        for (var tries = 1; ; tries++)
        {
            _ports = AzuritePorts.TakeFree();
            try
            {
                await StartAsync(script);
                return;
            }
            catch (InvalidOperationException) when (tries < 5)
            {
                // As a rule: another has taken one of the ports meanwhile.
            }
        }
    }

    private Task StartAsync(string script)
    {
        _arguments = AzuriteCommand.Arguments(script, Location, _ports);
        _output.Clear();
        return StartAsync();
    }

    /// <summary>Ends it in order and starts it anew on the same ports, once so many calls have come in vain.</summary>
    public async Task RestartAsync(int callsInVain)
    {
        Assert.NotNull(Location);
        Signals.SendTerminate(_process!.Id);
        await _process.WaitForExitAsync();
        _process.Dispose();
        using (var nobody = new DeadPorts(_ports.Blob, _ports.Queue, _ports.Table))
            await Wait.UntilAsync(() => nobody.Calls, calls => calls >= callsInVain, "the storage account is missed");
        await StartAsync();
    }

    private async Task StartAsync()
    {
        _ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _listening = 0;
        var start = new ProcessStartInfo("node")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["AZURITE_ACCOUNTS"] = string.Join(';', Enumerable.Range(1, Accounts).Select(n => $"{Name(n)}:{AccountKey}")) },
        };
        foreach (var argument in _arguments)
            start.ArgumentList.Add(argument);
        _process = new Process { StartInfo = start, EnableRaisingEvents = true };
        _process.OutputDataReceived += (_, e) => Read(e.Data);
        _process.ErrorDataReceived += (_, e) => Read(e.Data);
        _process.Exited += (_, _) => _ready.TrySetException(new InvalidOperationException("Azurite ended: " + string.Join('\n', _output)));
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        await _ready.Task.WaitAsync(TimeSpan.FromMinutes(3));
    }

    /// <summary>What many tests use on it ends before it: a fixture of its own could come after it.</summary>
    public void EndFirst(IAsyncDisposable user) => _users.Add(user);

    public async ValueTask DisposeAsync()
    {
        foreach (var user in _users)
            await user.DisposeAsync();
        if (_process is null)
            return;
        if (!_process.HasExited)
            _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static string Name(int number) => $"tests{number.ToString("d3", CultureInfo.InvariantCulture)}";

    private void Read(string? line)
    {
        if (line is null)
            return;
        _output.Enqueue(line);

        // "Azurite Table service is successfully listening at http://127.0.0.1:10002", once a service.
        if (line.Contains("successfully listen", StringComparison.Ordinal) && Interlocked.Increment(ref _listening) == 3)
            _ready.TrySetResult();
    }
}
