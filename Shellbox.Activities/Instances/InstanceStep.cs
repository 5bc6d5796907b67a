namespace Shellbox.Activities.Instances;

/// <summary>A step that the instance took, by its own clock.</summary>
public sealed record InstanceStep(string Name, DateTimeOffset StartedAt, double Seconds);
