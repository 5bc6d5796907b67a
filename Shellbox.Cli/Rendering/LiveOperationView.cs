using Spectre.Console;

namespace Shellbox.Cli.Rendering;

/// <summary>Redraws the steps in place, for terminals. What it drew is cleared at the end: the chart takes its place.</summary>
internal sealed class LiveOperationView(IAnsiConsole console, TimeProvider time) : IOperationView
{
    private static readonly TimeSpan FrameInterval = TimeSpan.FromMilliseconds(80);

    public Task<T> ShowAsync<T>(string title, TimeSpan clockOffset, Func<Action<CustomStatus?, string?>, Task<T>> work)
    {
        var start = time.GetTimestamp();
        var snapshot = new OperationSnapshot(title, null, null, clockOffset);
        var frame = 0;

        return console
            .Live(Draw())
            .AutoClear(true)
            .StartAsync(async display =>
            {
                var task = work(
                    (progress, notice) => snapshot = snapshot with { Progress = progress ?? snapshot.Progress, Notice = notice }
                );
                while (!task.IsCompleted)
                {
                    display.UpdateTarget(Draw());
                    frame++;
                    await Task.WhenAny(task, Task.Delay(FrameInterval, time));
                }

                return await task;
            });

        StepList Draw() => new(snapshot, time.GetElapsedTime(start), time.GetUtcNow(), frame);
    }
}
