namespace Shellbox.Cli.Rendering;

/// <summary>What is known of an operation at one moment.</summary>
/// <param name="Title">What is under way: "Connecting to dev33".</param>
/// <param name="Progress">What the app last reported, or null before the first report.</param>
/// <param name="Notice">A trouble of the asking itself ("the app does not answer"), or null.</param>
/// <param name="ClockOffset">How far the app's clock is ahead of ours.</param>
internal sealed record OperationSnapshot(string Title, CustomStatus? Progress, string? Notice, TimeSpan ClockOffset)
{
    public IReadOnlyList<Step> Steps => StepNames.InOrder(Progress?.Steps ?? []);

    public TimeSpan Elapsed(Step step, DateTimeOffset now) =>
        step.Seconds is { } seconds ? TimeSpan.FromSeconds(seconds)
        : now + ClockOffset - step.StartedAt is { Ticks: > 0 } running ? running
        : TimeSpan.Zero;
}
