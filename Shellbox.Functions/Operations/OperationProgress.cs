using Shellbox.Contracts.Agent;

namespace Shellbox.Functions.Operations;

/// <summary>
/// Keeps the steps of an operation and shows them as its custom status. It takes the time from the context, so a replay builds the same.
/// </summary>
internal sealed class OperationProgress(TaskOrchestrationContext context)
{
    private readonly List<Step> _steps = [];

    public Tier? Tier { get; set; }

    /// <summary>
    /// When an operation of this tier is through if it takes as long as its like have lately; null where that is unknown.
    /// </summary>
    public Func<Tier, DateTimeOffset?> EndOf { get; init; } = _ => null;

    /// <summary>The step that began last.</summary>
    public string Current { get; private set; } = "";

    public IReadOnlyList<Step> Steps => _steps;

    public async Task<T> RunAsync<T>(string name, string detail, Func<Task<T>> work)
    {
        var started = Now;
        var index = _steps.Count;
        _steps.Add(new Step(name, started, null, StepOutcome.Running));
        Show(name, detail, started);
        try
        {
            var result = await work();
            _steps[index] = _steps[index] with { Seconds = Since(started), Outcome = StepOutcome.Done };
            return result;
        }
        catch
        {
            _steps[index] = _steps[index] with { Seconds = Since(started), Outcome = StepOutcome.Failed };
            throw;
        }
    }

    public Task RunAsync(string name, string detail, Func<Task> work) =>
        RunAsync(
            name,
            detail,
            async () =>
            {
                await work();
                return true;
            }
        );

    /// <summary>Adds the steps of an instance, which it has by its own clock.</summary>
    public void Add(IEnumerable<AgentStep> steps) =>
        _steps.AddRange(steps.Select(s => new Step(s.Name, s.StartedAt, s.Seconds, StepOutcome.Done)));

    /// <summary>Says what is being waited for.</summary>
    public void Show(string name, string detail, DateTimeOffset since)
    {
        Current = name;
        context.SetCustomStatus(new CustomStatus(name, detail, since, Tier, Eta(since), [.. _steps]));
    }

    /// <summary>
    /// From the begin of the step, so that whoever reads the status later can count down. Never below zero: what is late is due.
    /// </summary>
    private double? Eta(DateTimeOffset since) =>
        Tier is { } tier && EndOf(tier) is { } end ? Math.Round(Math.Max(0, (end - since).TotalSeconds), 1) : null;

    /// <summary>What a retry calls, with the reason, to say that the step that began just now is being tried again.</summary>
    public Action<string> Retrying(string name, string detail)
    {
        var since = Now;
        return reason => Show(name, $"{detail}; trying again: {reason}", since);
    }

    public double Since(DateTimeOffset start) => Math.Max(0, (Now - start).TotalSeconds);

    public DateTimeOffset Now => new(context.CurrentUtcDateTime, TimeSpan.Zero);
}
