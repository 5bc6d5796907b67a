using System.Diagnostics;
using Microsoft.Azure.Functions.Worker;

namespace Shellbox.Tests.App;

public static class TriggeredFunctions
{
    [Function(nameof(TakeMessage))]
    public static void TakeMessage([QueueTrigger("messages")] string message, FunctionContext context)
    {
        Record.Write("messages", $"{message} {context.BindingContext.BindingData["DequeueCount"]}");
        if (message == "fail")
            throw new InvalidDataException("as the message asks");
        if (message == "die" && (string?)context.BindingContext.BindingData["DequeueCount"]?.ToString() == "1")
            Process.GetCurrentProcess().Kill();
    }

    [Function(nameof(Tick))]
    public static async Task Tick([TimerTrigger("%TESTS_SCHEDULE%")] TimerInfo timer)
    {
        Record.Write("ticks", $"begun past-due={timer.IsPastDue}");
        if (Record.Setting("SLOW_TICK") is not null)
            await Record.WaitAsync("tick");
        Record.Write("ticks", "ended");
    }

    /// <summary>Heeds no cancellation.</summary>
    [Function(nameof(Hang))]
    public static async Task Hang([QueueTrigger("hanging")] string message)
    {
        Record.Write("hangs", message);
        await Task.Delay(Timeout.Infinite);
    }
}
