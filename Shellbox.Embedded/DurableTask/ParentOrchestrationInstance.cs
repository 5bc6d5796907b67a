namespace Shellbox.Embedded.DurableTask;

/// <summary>The orchestration that called this one.</summary>
/// <param name="Name">Its name.</param>
/// <param name="InstanceId">Its instance.</param>
public record ParentOrchestrationInstance(TaskName Name, string InstanceId);
