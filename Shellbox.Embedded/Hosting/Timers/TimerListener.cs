using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Microsoft.Extensions.Logging;
using Shellbox.Embedded.Engine.Storage;
using Shellbox.Embedded.Hosting.Functions;
using Shellbox.Embedded.Hosting.Queues;
using Shellbox.Embedded.Worker;

namespace Shellbox.Embedded.Hosting.Timers;

/// <summary>Runs one timer function by its schedule, never twice at once. A run that outlasts the next occurrence swallows it.</summary>
[SuppressMessage("Design", "CA1001", Justification = "Lives as long as the host; its token sources hold no timers of their own.")]
internal sealed class TimerListener(
    FunctionInvoker invoker,
    TimerTriggerAttribute trigger,
    TimerSchedule schedule,
    DurableStore store,
    QueueOutput output,
    TimeSpan functionTimeout,
    TimeProvider time,
    ILoggerFactory loggers)
{
    private static readonly TimeSpan StopGrace = TimeSpan.FromSeconds(5);

    /// <summary>A clock timer cannot be set for longer.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(30);

    private readonly ILogger logger = loggers.CreateLogger(invoker.Function.LogCategory);
    private readonly CancellationTokenSource stop = new();
    private readonly CancellationTokenSource cancelRunning = new();
    private Task loop = Task.CompletedTask;

    private DateTime Now => time.GetUtcNow().UtcDateTime;

    public void Start()
    {
        var now = Now;
        logger.NextOccurrences(
            invoker.Function.Name,
            schedule.Text,
            string.Join(", ", schedule.Upcoming(now, 5).Select(t => t.ToString("u", CultureInfo.InvariantCulture))));

        // Not on the thread that starts the host: the function may run at once.
        loop = Task.Run(() => RunAsync(now));
    }

    public async Task StopAsync(CancellationToken atOnce)
    {
        await stop.CancelAsync().ConfigureAwait(false);
        try
        {
            await loop.WaitAsync(StopGrace, TimeProvider.System, atOnce).ConfigureAwait(false);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            await cancelRunning.CancelAsync().ConfigureAwait(false);
            try
            {
                await loop.WaitAsync(StopGrace, TimeProvider.System, atOnce).ConfigureAwait(false);
            }
            catch (Exception again) when (again is TimeoutException or OperationCanceledException)
            {
                // Abandoned.
            }
        }
    }

    private async Task RunAsync(DateTime now)
    {
        var monitored = trigger.UseMonitor && schedule.IsMonitored(now);
        var status = monitored ? await RestoreAsync(now).ConfigureAwait(false) : null;
        var next = schedule.Next(now);
        try
        {
            if (status is not null && status.Next <= now)
            {
                logger.TimerPastDue(invoker.Function.Name, status.Next);
                next = await OnceAsync(status, status.Next, isPastDue: true).ConfigureAwait(false);
            }
            else if (trigger.RunOnStartup)
            {
                next = await OnceAsync(status, default, isPastDue: false).ConfigureAwait(false);
            }

            while (next < DateTime.MaxValue.Date)
            {
                await UntilAsync(next).ConfigureAwait(false);
                next = await OnceAsync(status, next, isPastDue: false).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Told to stop.
        }
    }

    /// <summary>What is known from earlier; new: a schedule that has never run.</summary>
    private async Task<ScheduleStatus> RestoreAsync(DateTime now)
    {
        var next = schedule.Next(now);
        try
        {
            return await store.WriteAsync(w =>
            {
                if (w.Schedule(invoker.Function.Id) is not { } known)
                {
                    // As on the official host, what has never run is not past due: nothing is written before the first run.
                    return new ScheduleStatus { Next = next };
                }

                // An occurrence of another schedule, that the app had before, was not missed.
                var missed = known.Next <= now && known.Next == schedule.Next(known.Updated);
                return new ScheduleStatus { Last = known.Last, Next = missed ? known.Next : next, LastUpdated = known.Updated };
            }).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // The timer runs, whatever became of the file.
        catch (Exception e)
#pragma warning restore CA1031
        {
            logger.ScheduleStateFailed(e, invoker.Function.Name, "read");
            return new ScheduleStatus { Next = next };
        }
    }

    /// <summary>Runs the function, and says when it is to run again.</summary>
    private async Task<DateTime> OnceAsync(ScheduleStatus? status, DateTime occurrence, bool isPastDue)
    {
        await InvokeAsync(new TimerInfo
        {
            IsPastDue = isPastDue,
            ScheduleStatus = status is null
                ? null
                : new ScheduleStatus { Last = status.Last, Next = status.Next, LastUpdated = status.LastUpdated },
        }).ConfigureAwait(false);
        var now = Now;
        var next = schedule.Next(now > occurrence ? now : occurrence);
        if (status is not null)
        {
            var onTime = !isPastDue && occurrence == status.Next;
            status.Last = onTime ? occurrence : now;
            status.Next = next;

            // What the next occurrence was reckoned from: later than the last one where that ran for so long that it swallowed some.
            status.LastUpdated = schedule.Next(status.Last) == next ? status.Last : now;
            await SaveAsync(status).ConfigureAwait(false);
        }

        return next;
    }

    private async Task SaveAsync(ScheduleStatus status)
    {
        var (last, next, updated) = (status.Last, status.Next, status.LastUpdated);
        try
        {
            await store.WriteAsync(w =>
            {
                w.SetSchedule(invoker.Function.Id, last, next, updated);
                return true;
            }).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // The timer goes on; after a restart it may be past due once too often, which is said.
        catch (Exception e)
#pragma warning restore CA1031
        {
            logger.ScheduleStateFailed(e, invoker.Function.Name, "written");
        }
    }

    private async Task UntilAsync(DateTime occurrence)
    {
        while (true)
        {
            stop.Token.ThrowIfCancellationRequested();
            var wait = occurrence - Now;
            if (wait <= TimeSpan.Zero)
                return;
            wait = TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds));
            await Task.Delay(wait < LongestWait ? wait : LongestWait, time, stop.Token).ConfigureAwait(false);
        }
    }

    private async Task InvokeAsync(TimerInfo info)
    {
        using var timeout = new CancellationTokenSource(functionTimeout, time);
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(cancelRunning.Token, timeout.Token);
        var data = new Dictionary<string, object?>(StringComparer.OrdinalIgnoreCase)
        {
            ["TimerTrigger"] = Now.ToString("MM/dd/yyyy HH:mm:ss", CultureInfo.InvariantCulture),
        };
        try
        {
            await invoker.InvokeAsync(
                new InvocationInput(info, data),
                async (invocation, result) =>
                {
                    if (invoker.Function.Output is not null)
                        await output.SendAsync(invoker.Function, result, invocation.CancellationToken).ConfigureAwait(false);
                    return true;
                },
                cancellation.Token).ConfigureAwait(false);
            logger.TimerDone(invoker.Function.Name);
        }
#pragma warning disable CA1031 // As on the official host, a failed run is logged and the next occurrence runs as usual.
        catch (Exception e)
#pragma warning restore CA1031
        {
            logger.TimerFailed(e, invoker.Function.Name);
        }
    }
}
