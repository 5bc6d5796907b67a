using System.Diagnostics;
using System.Globalization;
using System.Net;
using Shellbox.LocalCloud;

namespace Shellbox.Benchmarks;

/// <summary>A local host in a process of its own, as <c>up</c> runs it, with the worker that it starts.</summary>
internal sealed class HostProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(90);

    private readonly ChildProcess _process;

    private HostProcess(ChildProcess process, Uri address) => (_process, Address) = (process, address);

    public Uri Address { get; }

    public int Id => _process.Id;

    /// <summary>The processes that run the app: one, or none while it is started again.</summary>
    public IReadOnlyList<int> Workers =>
        [
            .. Directory
                .EnumerateDirectories("/proc")
                .Select(d => int.TryParse(Path.GetFileName(d), CultureInfo.InvariantCulture, out var id) ? id : 0)
                .Where(id => id > 0 && ParentOf(id) == Id),
        ];

    /// <summary>Starts it; returns when it takes requests.</summary>
    /// <param name="command">What is run.</param>
    /// <param name="port">Where it is told to listen.</param>
    /// <param name="logs">Where its log goes.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    public static async Task<HostProcess> StartAsync(ChildCommand command, int port, string logs, CancellationToken cancellationToken)
    {
        var host = new HostProcess(ChildProcess.Start(command, logs), new Uri($"http://127.0.0.1:{port}/"));
        try
        {
            var start = Stopwatch.GetTimestamp();
            using var http = new HttpClient { BaseAddress = host.Address };
            while (!await AnswersAsync(http, cancellationToken))
            {
                if (host._process.HasExited)
                    throw host._process.UnexpectedExit();
                if (Stopwatch.GetElapsedTime(start) > StartTimeout)
                {
                    throw new TimeoutException($"The host does not answer.\n{host._process.Tail()}");
                }

                await Task.Delay(50, cancellationToken);
            }

            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ends host and worker as a loss of the machine would: nothing is put away.</summary>
    public async Task KillAsync(CancellationToken cancellationToken)
    {
        var workers = Workers;
        Kill(Id);
        foreach (var worker in workers)
            Kill(worker);
        await _process.WaitForExitAsync(cancellationToken);
    }

    /// <summary>Ends the worker alone; the host goes on.</summary>
    public void KillWorkers()
    {
        foreach (var worker in Workers)
            Kill(worker);
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    /// <summary>Until it is ready it answers 503 to everything.</summary>
    private static async Task<bool> AnswersAsync(HttpClient http, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await http.GetAsync("", cancellationToken);
            return response.StatusCode is not HttpStatusCode.ServiceUnavailable;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static void Kill(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            process.Kill();
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            // It has ended by itself.
        }
    }

    private static int ParentOf(int id)
    {
        try
        {
            // After the name, which may hold anything, come the state and the parent.
            var stat = File.ReadAllText($"/proc/{id}/stat");
            return int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return 0;
        }
    }
}
