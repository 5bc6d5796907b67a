using Shellbox.Contracts;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Shellbox.Cli.Rendering;

/// <summary>One frame of the live display: the title, a line a step, and beneath the current step what it waits for.</summary>
internal sealed class StepList(OperationSnapshot snapshot, TimeSpan elapsed, DateTimeOffset now, int frame) : Renderable
{
    // Beyond this a bar of whitespace parts the names from the figures.
    private const int WidestUse = 72;

    // The live display redraws by moving the cursor up: it must never be taller than the terminal.
    private const int LinesAroundSteps = 4;

    protected override IEnumerable<Segment> Render(RenderOptions options, int maxWidth) =>
        ((IRenderable)new Rows(Lines(options.ConsoleSize.Height))).Render(options, maxWidth);

    private IEnumerable<IRenderable> Lines(int terminalHeight)
    {
        var progress = snapshot.Progress;
        var title = snapshot.Title + (progress?.Tier is { } tier ? $" ({tier.Word()})" : "");
        if (progress is { StartedAt: { } since, EtaSeconds: { } eta } && since.AddSeconds(eta) - now is { TotalSeconds: >= 1 } left)
        {
            title += $", about {Durations.Coarse(left)} to go";
        }

        yield return new StepLine(null, title, Durations.Format(elapsed), new Style(decoration: Decoration.Bold), WidestUse, 0, frame);

        var steps = snapshot.Steps;
        if (steps.Count == 0)
        {
            yield return new StepLine(StepOutcome.Running, "waiting for the first step", "", Style.Plain, WidestUse, 1, frame);
        }

        // The earliest steps are the shortest and long over: they give way on a low terminal.
        var detailShown = false;
        foreach (var step in steps.TakeLast(Math.Max(3, terminalHeight - LinesAroundSteps)))
        {
            var depth = StepNames.IsPartOfStartQemu(step, steps) ? 2 : 1;
            yield return new StepLine(
                step.Outcome,
                StepNames.Readable(step.Name),
                Durations.Format(snapshot.Elapsed(step, now)),
                StyleOf(step),
                WidestUse,
                depth,
                frame
            );
            if (
                !detailShown
                && step.Name == progress?.Step
                && step.Outcome == StepOutcome.Running
                && progress.Detail is { Length: > 0 } detail
            )
            {
                detailShown = true;
                yield return Detail(detail, depth);
            }
        }

        if (!detailShown && progress?.Detail is { Length: > 0 } other)
        {
            yield return Detail(other, 1);
        }

        if (snapshot.Notice is { } notice)
        {
            yield return new OneLine($"  {notice}", new Style(Color.Yellow));
        }
    }

    private static OneLine Detail(string detail, int depth) => new(new string(' ', 2 * depth + 2) + detail, new Style(Color.Grey));

    private static Style StyleOf(Step step) =>
        step.Outcome switch
        {
            StepOutcome.Failed => new Style(Color.Red),
            StepOutcome.Running => Style.Plain,
            _ => new Style(Color.Grey),
        };
}
