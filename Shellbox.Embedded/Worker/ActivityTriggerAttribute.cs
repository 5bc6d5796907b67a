using Shellbox.Embedded.Worker.Extensions.Abstractions;

namespace Shellbox.Embedded.Worker;

/// <summary>Runs a function as an activity of an orchestration; the parameter is the activity's input.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class ActivityTriggerAttribute : TriggerBindingAttribute
{
    /// <summary>The name under which it is called; null: the function's name.</summary>
    public string? Activity { get; set; }
}
