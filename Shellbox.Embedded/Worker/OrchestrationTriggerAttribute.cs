using Shellbox.Embedded.Worker.Extensions.Abstractions;

namespace Shellbox.Embedded.Worker;

/// <summary>Runs a function as an orchestrator; the parameter is its context.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class OrchestrationTriggerAttribute : TriggerBindingAttribute
{
    /// <summary>The name under which it is called; null: the function's name.</summary>
    public string? Orchestration { get; set; }
}
