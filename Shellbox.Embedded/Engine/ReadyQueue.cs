using System.Threading.Channels;

namespace Shellbox.Embedded.Engine;

/// <summary>Items that wait for one of a fixed number of workers, first come first served.</summary>
internal sealed class ReadyQueue<T>(int workers, Func<T, Task> run) : IDisposable
{
    private readonly Channel<T> channel = Channel.CreateUnbounded<T>();
    private readonly CancellationTokenSource stop = new();
    private Task[] loops = [];
    private int running;

    /// <summary>How many are being worked on.</summary>
    public int Running => Volatile.Read(ref running);

    public int Waiting => channel.Reader.Count;

    public void Start() => loops = [.. Enumerable.Range(0, workers).Select(_ => Task.Run(WorkAsync))];

    public void Add(T item) => channel.Writer.TryWrite(item);

    /// <summary>Stops taking items; the task ends when those in work are done.</summary>
    public Task StopAsync()
    {
        stop.Cancel();
        return Task.WhenAll(loops);
    }

    public void Dispose() => stop.Dispose();

    private async Task WorkAsync()
    {
        try
        {
            while (await channel.Reader.WaitToReadAsync(stop.Token).ConfigureAwait(false))
            {
                while (!stop.IsCancellationRequested && channel.Reader.TryRead(out var item))
                {
                    Interlocked.Increment(ref running);
                    try
                    {
                        await run(item).ConfigureAwait(false);
                    }
                    finally
                    {
                        Interlocked.Decrement(ref running);
                    }
                }
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Told to stop.
        }
    }
}
