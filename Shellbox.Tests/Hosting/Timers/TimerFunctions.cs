using System.Threading.Channels;
using Shellbox.Embedded.Worker;

namespace Shellbox.Tests.Hosting.Timers;

/// <summary>Timer functions that tell a <see cref="Probe"/> of each run.</summary>
public static class TimerFunctions
{
    public sealed class EveryMinute(Probe probe)
    {
        [Function("EveryMinute")]
        public Task Run([TimerTrigger("0 * * * * *")] TimerInfo timer, FunctionContext context) => probe.RunAsync(timer, context);
    }

    public sealed class Every10Seconds(Probe probe)
    {
        [Function("Every10Seconds")]
        public Task Run([TimerTrigger("*/10 * * * * *")] TimerInfo timer, FunctionContext context) => probe.RunAsync(timer, context);
    }

    public sealed class AtOnce(Probe probe)
    {
        [Function("AtOnce")]
        public Task Run([TimerTrigger("%Schedules__Hourly%", RunOnStartup = true)] TimerInfo timer, FunctionContext context) => probe.RunAsync(timer, context);
    }

    public sealed class Unmonitored(Probe probe)
    {
        [Function("Unmonitored")]
        public Task Run([TimerTrigger("0 * * * * *", UseMonitor = false)] TimerInfo timer, FunctionContext context) => probe.RunAsync(timer, context);
    }

    public sealed class Twice(Probe probe)
    {
        // Far apart from one occurrence to the next, most of the time.
        [Function("Twice")]
        public Task Run([TimerTrigger("0,30 0 * * * *")] TimerInfo timer, FunctionContext context) => probe.RunAsync(timer, context);
    }

    public sealed class Every5Minutes(Probe probe)
    {
        // The same function with another schedule, as after a deployment: its state is kept by its name.
        [Function("Changing")]
        public Task Run([TimerTrigger("%Schedule%")] TimerInfo timer, FunctionContext context) => probe.RunAsync(timer, context);
    }

    public sealed class Raw(Probe probe)
    {
        [Function("Raw")]
        public Task Run([TimerTrigger("*/10 * * * * *")] string timer, FunctionContext context) => probe.RunAsync(timer, context);
    }

    public static class Wrong
    {
        [Function("Five")]
        public static void Never([TimerTrigger("0 0 0 30 2 *")] TimerInfo timer)
        {
        }

        [Function("Unset")]
        public static void Unset([TimerTrigger("%Nowhere%")] TimerInfo timer)
        {
        }

        [Function("Garbage")]
        public static void Garbage([TimerTrigger("every minute")] TimerInfo timer)
        {
        }
    }

    public sealed class Probe
    {
        private readonly Channel<(object Trigger, string BindingData)> runs = Channel.CreateUnbounded<(object, string)>();
        private int running;

        /// <summary>What a run waits for before it ends; none: it ends at once.</summary>
        public TaskCompletionSource? Gate { get; set; }

        public bool Fails { get; set; }

        public int MostAtOnce { get; private set; }

        public int Pending => runs.Reader.Count;

        public async Task RunAsync(object timer, FunctionContext context)
        {
            MostAtOnce = Math.Max(MostAtOnce, Interlocked.Increment(ref running));
            runs.Writer.TryWrite((timer, (string)context.BindingContext.BindingData["TimerTrigger"]!));
            if (Gate is { } gate)
                await gate.Task;
            Interlocked.Decrement(ref running);
            if (Fails)
                throw new InvalidOperationException("fails");
        }

        public async Task<TimerInfo> NextAsync() => (TimerInfo)(await NextRawAsync()).Trigger;

        public async Task<(object Trigger, string BindingData)> NextRawAsync()
        {
            using var patience = Patience.Begin();
            return await runs.Reader.ReadAsync(patience.Token);
        }
    }
}
