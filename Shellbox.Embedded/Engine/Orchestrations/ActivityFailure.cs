using Shellbox.Embedded.DurableTask;

namespace Shellbox.Embedded.Engine.Orchestrations;

/// <summary>Stands for the exception of an activity, which itself cannot be stored.</summary>
internal sealed class ActivityFailure(TaskFailureDetails details)
    : Exception(details.ErrorMessage, details.InnerFailure is { } inner ? new ActivityFailure(inner) : null)
{
    public override string ToString() => details.ToString();
}
