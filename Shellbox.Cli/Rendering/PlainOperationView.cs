using Shellbox.Contracts;
using Spectre.Console;

namespace Shellbox.Cli.Rendering;

/// <summary>One line a change, for logs and pipes: when it was, what it is.</summary>
internal sealed class PlainOperationView(IAnsiConsole console, TimeProvider time) : IOperationView
{
    // Long enough not to fill a log, short enough to show that the wait is alive.
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);

    public Task<T> ShowAsync<T>(string title, TimeSpan clockOffset, Func<Action<CustomStatus?, string?>, Task<T>> work)
    {
        var start = time.GetTimestamp();

        // The instance and the app may each report a step of the same name.
        var outcomes = new Dictionary<(string Name, DateTimeOffset StartedAt), StepOutcome>();
        string? lastDetail = null;
        var lastLine = start;
        Write(title);
        return work(Show);

        void Show(CustomStatus? progress, string? notice)
        {
            foreach (var step in StepNames.InOrder(progress?.Steps ?? []))
            {
                if (outcomes.TryGetValue((step.Name, step.StartedAt), out var shown) && shown == step.Outcome)
                {
                    continue;
                }

                outcomes[(step.Name, step.StartedAt)] = step.Outcome;
                Write(
                    step.Seconds is { } seconds
                        ? $"{StepNames.Readable(step.Name)}: {step.Outcome.Word()} in {Durations.Format(seconds)}"
                        : StepNames.Readable(step.Name)
                );
            }

            var detail = notice ?? progress?.Detail;
            if (detail is { Length: > 0 } && detail != lastDetail)
            {
                Write($"  {detail}");
            }
            else if (time.GetElapsedTime(lastLine) >= Heartbeat)
            {
                Write(detail is { Length: > 0 } ? $"  still: {detail}" : "  still under way");
            }

            lastDetail = detail ?? lastDetail;
        }

        void Write(string text)
        {
            console.WriteLine($"[{Durations.Format(time.GetElapsedTime(start)), 7}] {text}");
            lastLine = time.GetTimestamp();
        }
    }
}
