using Shellbox.Cli.LocalCloud;

namespace Shellbox.Benchmarks;

/// <summary>An Azurite of the benchmark's own.</summary>
internal sealed class BenchmarkAzurite : IAsyncDisposable
{
    private readonly ChildProcess _process;

    private BenchmarkAzurite(ChildProcess process, string connectionString)
    {
        _process = process;
        ConnectionString = connectionString;
    }

    public string ConnectionString { get; }

    public static async Task<BenchmarkAzurite> StartAsync(CloudPaths paths, CancellationToken cancellationToken)
    {
        var ports = AzuritePorts.TakeFree();
        Directory.CreateDirectory(paths.Azurite);
        var process = ChildProcess.Start(AzuriteCommand.Create(paths, ports), paths.Logs);
        while (!await LoopbackPorts.AnswersAsync(ports.Table, cancellationToken) || !await LoopbackPorts.AnswersAsync(ports.Queue, cancellationToken))
        {
            if (process.HasExited) throw process.Died();
            await Task.Delay(50, cancellationToken);
        }

        return new BenchmarkAzurite(process, AzuriteCommand.ConnectionString(ports));
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();
}
