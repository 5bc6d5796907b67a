namespace Shellbox.Cli.Rendering;

/// <summary>How steps are called and ordered on the screen.</summary>
internal static class StepNames
{
    public static string Readable(string name) =>
        string.Join(
            ' ',
            name.Split('-')
                .Select(word =>
                    word switch
                    {
                        "qemu" => "QEMU",
                        "banner" => "SSH banner",
                        _ => word,
                    }
                )
        );

    /// <summary>In order of their start; a step that the instance reports comes right after the one that it is part of.</summary>
    public static IReadOnlyList<Step> InOrder(IEnumerable<Step> steps) =>
        [.. steps.OrderBy(s => s.StartedAt).ThenBy(s => s.Name == StepName.StartQemu ? 0 : 1)];

    /// <summary>
    /// True when the step is one of those that the instance reports from within <c>start-qemu</c>. The app lists them flat; they are known
    /// by lying within it. An attach that happens to end early is no part of it.
    /// </summary>
    public static bool IsPartOfStartQemu(Step step, IEnumerable<Step> all)
    {
        if (step.Name == StepName.StartQemu || step.Name.StartsWith("attach", StringComparison.Ordinal))
        {
            return false;
        }

        // The instance's clock is not the app's: a few milliseconds over either end are no contradiction, as long as the middle is within.
        // The app's own steps end where start-qemu begins, or begin where it ends.
        var slack = TimeSpan.FromMilliseconds(100);
        var middle = step.StartedAt.AddSeconds((step.Seconds ?? 0) / 2);
        return all.Any(container =>
            container.Name == StepName.StartQemu
            && step.StartedAt >= container.StartedAt - slack
            && middle > container.StartedAt
            && (End(container) is not { } containerEnd || (End(step) <= containerEnd + slack && middle < containerEnd))
        );
    }

    private static DateTimeOffset? End(Step step) => step.Seconds is { } seconds ? step.StartedAt.AddSeconds(seconds) : null;
}
