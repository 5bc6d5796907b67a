namespace Shellbox.Embedded.DurableTask;

/// <summary>The version of an orchestration.</summary>
/// <param name="version">Any text; empty: unversioned.</param>
public readonly struct TaskVersion(string version) : IEquatable<TaskVersion>
{
    /// <summary>No version.</summary>
    public static readonly TaskVersion Unversioned;

    private readonly string? version = version;

    /// <summary>The version's text.</summary>
    public string Version => version ?? string.Empty;

    /// <summary>Takes a version from its text.</summary>
    public static implicit operator TaskVersion(string value) => string.IsNullOrEmpty(value) ? default : new(value);

    /// <summary>The version's text.</summary>
    public static implicit operator string(TaskVersion value) => value.Version;

    /// <summary>Whether both are the same version.</summary>
    public static bool operator ==(TaskVersion a, TaskVersion b) => a.Equals(b);

    /// <summary>Whether they are different versions.</summary>
    public static bool operator !=(TaskVersion a, TaskVersion b) => !a.Equals(b);

    /// <inheritdoc />
    public bool Equals(TaskVersion other) => string.Equals(Version, other.Version, StringComparison.OrdinalIgnoreCase);

    /// <inheritdoc />
    public override bool Equals(object? obj) => obj is TaskVersion other && Equals(other);

    /// <inheritdoc />
    public override int GetHashCode() => StringComparer.OrdinalIgnoreCase.GetHashCode(Version);

    /// <inheritdoc />
    public override string ToString() => Version;
}
