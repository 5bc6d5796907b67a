using Shellbox.LocalCloud;

namespace Shellbox.Benchmarks;

/// <summary>An Azurite of the benchmark's own.</summary>
internal sealed class BenchmarkAzurite : IAsyncDisposable
{
    private readonly ChildProcess _process;

    private BenchmarkAzurite(ChildProcess process, string connectionString)
    {
        _process = process;
        ConnectionString = connectionString;
        Requests = new StorageLog(process.LogFile);
    }

    public string ConnectionString { get; }

    /// <summary>What it was asked; empty unless it was started to write that.</summary>
    public StorageLog Requests { get; }

    /// <param name="paths">Where its files lie.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    /// <param name="writeRequests">Whether each request leaves a line in its log.</param>
    public static async Task<BenchmarkAzurite> StartAsync(CloudPaths paths, CancellationToken cancellationToken, bool writeRequests = false)
    {
        var ports = AzuritePorts.TakeFree();
        Directory.CreateDirectory(paths.Azurite);
        var command = AzuriteCommand.Create(paths, ports);
        if (writeRequests)
            command = command with { CommandLine = [.. command.CommandLine.Where(a => a != "--silent")] };
        var process = ChildProcess.Start(command, paths.Logs);
        foreach (var port in (int[])[ports.Table, ports.Queue, ports.Blob])
        {
            while (!await LoopbackPorts.AnswersAsync(port, cancellationToken))
            {
                if (process.HasExited)
                    throw process.UnexpectedExit();
                await Task.Delay(50, cancellationToken);
            }
        }

        return new BenchmarkAzurite(process, AzuriteCommand.ConnectionString(ports));
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();
}
