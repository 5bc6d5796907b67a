namespace Shellbox.Tests.Embedded.Deviations;

/// <summary>A wrong kind of type and a wrong default; the property is right.</summary>
public sealed record PurgeInstanceOptions(bool Recursive = true);
