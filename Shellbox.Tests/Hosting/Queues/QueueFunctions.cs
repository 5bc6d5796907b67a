using System.Threading.Channels;
using Azure.Storage.Queues.Models;
using Shellbox.Embedded.Worker;

namespace Shellbox.Tests.Hosting.Queues;

/// <summary>Queue functions that tell a <see cref="Probe"/> of each message.</summary>
public static class QueueFunctions
{
    public sealed class Texts(Probe probe)
    {
        [Function("Texts")]
        public Task Run([QueueTrigger("texts")] string message, long dequeueCount, CancellationToken cancellation) =>
            probe.RunAsync(message, dequeueCount, cancellation);
    }

    public sealed class Types(Probe probe)
    {
        [Function("Bytes")]
        public Task Bytes([QueueTrigger("bytes")] byte[] message) => probe.RunAsync(message);

        [Function("Items")]
        public Task Items([QueueTrigger("items")] Item message, string id, DateTimeOffset insertionTime, string queueTrigger) =>
            probe.RunAsync((message, id.Length > 0, insertionTime > DateTimeOffset.UnixEpoch, queueTrigger));
    }

    public sealed class Elsewhere(Probe probe)
    {
        [Function("Elsewhere")]
        public Task Run([QueueTrigger("%Queues__Data%", Connection = "Other")] BinaryData message) => probe.RunAsync(message);
    }

    public sealed class Whole(Probe probe)
    {
        [Function("Whole")]
        public Task Run([QueueTrigger("whole")] QueueMessage message, CancellationToken cancellation) => probe.RunAsync(message, 0, cancellation);
    }

    public sealed class Sender(Probe probe)
    {
        [Function("Sender")]
        [QueueOutput("sent")]
        public object? Run([QueueTrigger("texts")] string message)
        {
            probe.Note(message);
            return message switch
            {
                "nothing" => null,
                "many" => (string[])["one", "two"],
                "item" => new Item("Bob"),
                _ => message,
            };
        }
    }

    public sealed record Item(string FirstName);

    public sealed class Probe
    {
        private readonly Channel<(object Message, long DequeueCount)> runs = Channel.CreateUnbounded<(object, long)>();
        private int running;
        private int most;

        /// <summary>Lets one run end a permit; none: runs end at once.</summary>
        public SemaphoreSlim? Gate { get; set; }

        public Func<object, bool> Fails { get; set; } = _ => false;

        public int MostAtOnce => most;

        public int Running => Volatile.Read(ref running);

        public void Note(object message) => runs.Writer.TryWrite((message, 0));

        public async Task RunAsync(object message, long dequeueCount = 0, CancellationToken cancellation = default)
        {
            lock (runs)
                most = Math.Max(most, Interlocked.Increment(ref running));
            try
            {
                runs.Writer.TryWrite((message, dequeueCount));
                if (Gate is { } gate)
                    await gate.WaitAsync(cancellation);
                if (Fails(message))
                    throw new InvalidOperationException("fails");
            }
            finally
            {
                Interlocked.Decrement(ref running);
            }
        }

        public async Task<(object Message, long DequeueCount)> NextAsync()
        {
            using var patience = Patience.Begin();
            return await runs.Reader.ReadAsync(patience.Token);
        }

        public async Task<List<object>> NextAsync(int count)
        {
            var taken = new List<object>();
            while (taken.Count < count)
                taken.Add((await NextAsync()).Message);
            return taken;
        }
    }
}
