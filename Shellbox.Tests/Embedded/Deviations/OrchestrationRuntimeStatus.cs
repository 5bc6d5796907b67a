namespace Shellbox.Tests.Embedded.Deviations;

/// <summary>An enum with a wrong and a superfluous value.</summary>
public enum OrchestrationRuntimeStatus
{
    Running = 2,
    Completed = 1,
    Lost = 9,
}
