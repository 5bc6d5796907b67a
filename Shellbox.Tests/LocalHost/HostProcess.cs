using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Shellbox.Cli.LocalCloud;
using Shellbox.LocalHost;
using Xunit;

namespace Shellbox.Tests.LocalHost;

/// <summary>A local host as a process of its own, as <c>./shellbox up</c> runs it: for tests that stop or kill it.</summary>
internal sealed class HostProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _output = new();

    private HostProcess(Process process, Uri address) => (_process, Address) = (process, address);

    public Uri Address { get; }

    public string Output => string.Join('\n', _output);

    /// <summary>Starts it and waits until it serves.</summary>
    public static async Task<HostProcess> StartAsync(
        string app, string stateDirectory, IReadOnlyDictionary<string, string> settings, string masterKey, CancellationToken cancellationToken)
    {
        var host = Launch(app, stateDirectory, settings);
        using var http = new HttpClient { BaseAddress = host.Address, Timeout = TimeSpan.FromSeconds(10) };
        await Patiently.UntilAsync(
            async () =>
            {
                if (host._process.HasExited) Assert.Fail($"The host ended with exit code {host._process.ExitCode}: {host.Output}");
                try
                {
                    using var answer = await http.GetAsync($"admin/host/status?code={masterKey}", cancellationToken);
                    return answer.StatusCode;
                }
                catch (HttpRequestException)
                {
                    return HttpStatusCode.ServiceUnavailable;
                }
            },
            status => status == HttpStatusCode.OK, "the host serves");
        return host;
    }

    /// <summary>Starts it.</summary>
    public static HostProcess Launch(string app, string stateDirectory, IReadOnlyDictionary<string, string> settings)
    {
        var port = FreePort();
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in (string[])
        [
            typeof(FunctionsHost).Assembly.Location, "--app", app, "--state", stateDirectory, "--port", port.ToString(CultureInfo.InvariantCulture),
        ])
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (name, value) in settings) start.Environment[name.Replace(":", "__", StringComparison.Ordinal)] = value;
        var process = new Process { StartInfo = start };
        var host = new HostProcess(process, new Uri($"http://127.0.0.1:{port}/"));
        process.OutputDataReceived += (_, e) => host.Read(e.Data);
        process.ErrorDataReceived += (_, e) => host.Read(e.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return host;
    }

    /// <summary>Sends SIGTERM and waits for the end; gives the exit code.</summary>
    public async Task<int> TerminateAsync()
    {
        Signals.SendTerminate(_process.Id);
        return await WaitAsync();
    }

    public async Task<int> WaitAsync()
    {
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return _process.ExitCode;
    }

    /// <summary>Kills it alone with SIGKILL, and waits until its worker has noticed.</summary>
    public async Task KillAsync()
    {
        var workers = Children();
        Assert.NotEmpty(workers);
        _process.Kill();
        await _process.WaitForExitAsync();
        await Patiently.UntilAsync(
            () => Task.FromResult(workers.Count(IsRunning)), running => running == 0, "the worker ends with its host");
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    /// <summary>The kernel lists a child under the thread that started it.</summary>
    private List<int> Children() =>
    [
        .. Directory.GetDirectories($"/proc/{_process.Id}/task")
            .SelectMany(task => File.ReadAllText(Path.Combine(task, "children")).Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Select(id => int.Parse(id, CultureInfo.InvariantCulture)),
    ];

    private static bool IsRunning(int id)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{id}/stat");
            return stat[(stat.LastIndexOf(')') + 2)..][0] is not ('Z' or 'X');
        }
        catch (IOException)
        {
            return false;
        }
    }

    private void Read(string? line)
    {
        if (line is not null) _output.Enqueue(line);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
