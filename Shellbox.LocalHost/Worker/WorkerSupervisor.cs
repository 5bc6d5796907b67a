using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Shellbox.LocalHost.Protocol;
using Shellbox.LocalHost.Settings;

namespace Shellbox.LocalHost.Worker;

/// <summary>
/// Keeps one worker running: starts it, starts it again with growing pauses when it dies, and gives up when it does not come up any more.
/// While there is none, whoever wants to invoke a function waits.
/// </summary>
internal sealed partial class WorkerSupervisor : IAsyncDisposable
{
    /// <summary>How long a worker may take until its functions are loaded.</summary>
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(60);

    /// <summary>What is given to functions that run when the host stops, and then to the process.</summary>
    private static readonly TimeSpan StopGrace = TimeSpan.FromSeconds(5);

    /// <summary>A worker that has lost its stream ends by itself, as a rule at once.</summary>
    private static readonly TimeSpan LostStreamGrace = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan MaxRestartDelay = TimeSpan.FromSeconds(8);

    /// <summary>A worker that has lived for so long is well: the next restart waits for nothing.</summary>
    private static readonly TimeSpan HealthyAfter = TimeSpan.FromSeconds(30);

    /// <summary>After so many starts in a row that fail, the fault will not go by itself.</summary>
    private const int MaxStartFailures = 5;

    private readonly string _directory;
    private readonly Func<WorkerStart, IWorker> _start;
    private readonly IReadOnlyDictionary<string, string> _settings;
    private readonly WorkerChannels _channels;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Action<RpcLog> _log;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _lock = new();
    private readonly TaskCompletionSource _broken = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource<WorkerChannel> _ready = NewReady();
    private IWorker? _worker;
    private Uri? _host;
    private Task _watching = Task.CompletedTask;

    /// <param name="configuration">The app and its settings.</param>
    /// <param name="start">Starts a worker otherwise than as a process of its own; null: as one.</param>
    /// <param name="channels">Where workers that have been started are expected.</param>
    /// <param name="time">The clock of pauses and limits.</param>
    /// <param name="loggers">For the host's own log, what the app logs, and what a worker writes to standard output.</param>
    public WorkerSupervisor(
        HostConfiguration configuration,
        Func<WorkerStart, IWorker>? start,
        WorkerChannels channels,
        TimeProvider time,
        ILoggerFactory loggers
    )
    {
        var app = configuration.App;
        (_directory, _settings, _channels, _time) = (app.Directory, configuration.WorkerSettings, channels, time);
        _log = new WorkerLog(loggers).Write;
        var output = loggers.CreateLogger("Worker");
        _start = start ?? (worker => WorkerProcess.Start(app, worker, output));
        _logger = loggers.CreateLogger("Host.Worker");
    }

    /// <summary>The worker's process id; null while there is none.</summary>
    public int? ProcessId
    {
        get
        {
            lock (_lock)
                return _worker is { Ended.IsCompleted: false } worker ? worker.ProcessId : null;
        }
    }

    /// <summary>Fails when the worker cannot be kept running, with the reason.</summary>
    public Task Broken => _broken.Task;

    /// <summary>The host is stopping: a worker that ends now has no successor.</summary>
    public bool IsDraining { get; private set; }

    public void Drain() => IsDraining = true;

    /// <summary>Starts the first worker and keeps one running from then on.</summary>
    /// <param name="host">Where workers connect.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    /// <returns>The functions that it has.</returns>
    /// <exception cref="WorkerStartException">It did not come up.</exception>
    public async Task<IReadOnlyList<RpcFunctionMetadata>> StartAsync(Uri host, CancellationToken cancellationToken)
    {
        _host = host;
        for (var tries = 1; ; tries++)
        {
            try
            {
                var (channel, functions) = await LaunchAsync(cancellationToken);
                _watching = WatchAsync(channel);
                return functions;
            }
            catch (WorkerStartException e)
                when (tries < MaxStartFailures && e.Message.Contains("address already in use", StringComparison.OrdinalIgnoreCase))
            {
                // The worker chooses a free port for HTTP and opens it a good while later; another has taken it meanwhile.
                LogDidNotStart(e.Message, 0);
            }
        }
    }

    /// <summary>The worker; waits for the next one while there is none.</summary>
    /// <exception cref="WorkerProcessExitException">There will be none.</exception>
    public async Task<WorkerChannel> GetAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Task<WorkerChannel> ready;
            lock (_lock)
                ready = _ready.Task;
            var channel = await ready.WaitAsync(cancellationToken);
            if (!channel.Ended.IsCompleted)
                return channel;

            // It has ended just now, and its successor is not announced yet.
            await Task.Yield();
            lock (_lock)
            {
                if (ReferenceEquals(_ready.Task, ready))
                    _ready = NewReady();
            }
        }
    }

    /// <summary>Ends that worker, which does not heed a cancellation; the next one is started.</summary>
    public void Restart(WorkerChannel channel, string reason)
    {
        lock (_lock)
        {
            if (channel.Ended.IsCompleted || _worker is not { Ended.IsCompleted: false } worker)
                return;
            LogRestart(worker.ProcessId, reason);
            worker.Kill();
        }
    }

    /// <summary>Ends the worker in order.</summary>
    public async Task StopAsync()
    {
        if (_stopping.IsCancellationRequested)
            return;
        await _stopping.CancelAsync();
        await _watching;
        lock (_lock)
            _ready.TrySetException(new WorkerProcessExitException("the host has stopped."));
        _ = _ready.Task.Exception;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stopping.Dispose();
    }

    private async Task<(WorkerChannel Channel, IReadOnlyList<RpcFunctionMetadata> Functions)> LaunchAsync(
        CancellationToken cancellationToken
    )
    {
        var channel = new WorkerChannel(Guid.NewGuid().ToString(), _log);
        _channels.Expect(channel);
        var worker = _start(new WorkerStart(channel.WorkerId, _host!, _settings));
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            var starting = channel.InitializeAsync(_directory, limit.Token);
            if (await Task.WhenAny(starting, worker.Ended, Task.Delay(StartTimeout, _time, limit.Token)) == worker.Ended)
            {
                throw new WorkerStartException($"The app's worker {worker.DescribeExit()}");
            }

            cancellationToken.ThrowIfCancellationRequested();
            if (!starting.IsCompleted)
                throw new WorkerStartException($"The app's worker did not load its functions within {StartTimeout.TotalSeconds:0} s.");
            var functions = await starting;
            if (channel.HttpAddress is { } address)
                await WaitUntilListeningAsync(address, limit.Token).WaitAsync(StartTimeout, _time, cancellationToken);
            lock (_lock)
            {
                _worker = worker;
                if (_ready.Task.IsCompleted)
                    _ready = NewReady();
                _ready.SetResult(channel);
            }

            return (channel, functions);
        }
        catch (WorkerProcessExitException e)
        {
            channel.Close();
            await EndAsync(worker, LostStreamGrace);
            var failure = new WorkerStartException($"The app's worker {worker.DescribeExit()}", e);
            await ForgetAsync(worker, channel);
            throw failure;
        }
        catch
        {
            channel.Close();
            await ForgetAsync(worker, channel);
            throw;
        }
        finally
        {
            await limit.CancelAsync();
        }
    }

    private async Task WatchAsync(WorkerChannel channel)
    {
        var failures = 0;
        var pause = TimeSpan.Zero;
        var stopping = Task.Delay(Timeout.Infinite, _stopping.Token);
        while (true)
        {
            var worker = _worker!;
            var born = _time.GetTimestamp();
            var ended = Task.WhenAny(channel.Ended, worker.Ended);
            if (await Task.WhenAny(ended, stopping) == stopping)
                channel.Terminate(StopGrace);
            lock (_lock)
            {
                if (_ready.Task.IsCompleted)
                    _ready = NewReady();
            }

            // One that has only lost its stream is of no use either.
            await EndAsync(worker, _stopping.IsCancellationRequested ? 2 * StopGrace : LostStreamGrace);
            channel.Close();
            if (_stopping.IsCancellationRequested || IsDraining)
            {
                await ForgetAsync(worker);
                return;
            }

            pause = _time.GetElapsedTime(born) > HealthyAfter ? TimeSpan.Zero : NextDelay(pause);
            LogDied(worker.ProcessId, worker.DescribeExit(), pause.TotalSeconds);
            await ForgetAsync(worker);
            while (true)
            {
                try
                {
                    await Task.Delay(pause, _time, _stopping.Token);
                    (channel, _) = await LaunchAsync(_stopping.Token);
                    failures = 0;
                    LogStartedAgain(_worker!.ProcessId);
                    break;
                }
                catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
                {
                    return;
                }
                catch (WorkerStartException e)
                {
                    if (++failures == MaxStartFailures)
                    {
                        var reason = $"The worker could not be started again, {MaxStartFailures} times in a row. {e.Message}";
                        lock (_lock)
                            _ready.TrySetException(new WorkerProcessExitException(reason));
                        _ = _ready.Task.Exception;
                        _broken.TrySetException(new WorkerStartException(reason, e));
                        return;
                    }

                    pause = NextDelay(pause);
                    LogDidNotStart(e.Message, pause.TotalSeconds);
                }
            }
        }
    }

    /// <summary>Waits until the worker has ended by itself; kills it when it takes longer.</summary>
    private static async Task EndAsync(IWorker worker, TimeSpan grace)
    {
        try
        {
            await worker.Ended.WaitAsync(grace);
        }
        catch (TimeoutException)
        {
            worker.Kill();
            await worker.Ended;
        }
    }

    private async Task ForgetAsync(IWorker worker, WorkerChannel channel)
    {
        await worker.DisposeAsync();
        _channels.Forget(channel);
    }

    private async Task ForgetAsync(IWorker worker)
    {
        lock (_lock)
            _worker = null;
        await worker.DisposeAsync();
    }

    /// <summary>The worker says where it takes requests before it does.</summary>
    private static async Task WaitUntilListeningAsync(Uri address, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync(address.Host, address.Port, cancellationToken);
                return;
            }
            catch (SocketException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(10), cancellationToken);
            }
        }
    }

    private static TimeSpan NextDelay(TimeSpan pause)
    {
        var longer = pause == TimeSpan.Zero ? TimeSpan.FromSeconds(0.25) : 2 * pause;
        return longer < MaxRestartDelay ? longer : MaxRestartDelay;
    }

    private static TaskCompletionSource<WorkerChannel> NewReady() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    [LoggerMessage(911, LogLevel.Error, "The worker (process {Process}) {Exit} It is started again in {Seconds} s.")]
    private partial void LogDied(int process, string exit, double seconds);

    [LoggerMessage(912, LogLevel.Warning, "A worker runs again (process {Process})")]
    private partial void LogStartedAgain(int process);

    [LoggerMessage(913, LogLevel.Error, "{Reason} It is started again in {Seconds} s.")]
    private partial void LogDidNotStart(string reason, double seconds);

    [LoggerMessage(914, LogLevel.Error, "The worker (process {Process}) is ended: {Reason}")]
    private partial void LogRestart(int process, string reason);
}
