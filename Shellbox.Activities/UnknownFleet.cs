namespace Shellbox.Activities;

/// <summary>Resources that are tagged as Shellbox's and not registered, by ARM id.</summary>
public sealed record UnknownFleet(IReadOnlyList<string> Instances, IReadOnlyList<string> Volumes);
