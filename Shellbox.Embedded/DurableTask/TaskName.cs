namespace Shellbox.Embedded.DurableTask;

/// <summary>The name of an orchestrator or an activity; letter case does not distinguish names.</summary>
/// <param name="name">The name as it will be reported.</param>
public readonly struct TaskName(string name) : IEquatable<TaskName>
{
    private readonly string? name = name;

    /// <summary>The name.</summary>
    public string Name => name ?? string.Empty;

    /// <summary>Takes a name from its text.</summary>
    public static implicit operator TaskName(string value) => string.IsNullOrEmpty(value) ? default : new(value);

    /// <summary>The name's text.</summary>
    public static implicit operator string(TaskName value) => value.Name;

    /// <summary>Whether both are the same name.</summary>
    public static bool operator ==(TaskName a, TaskName b) => a.Equals(b);

    /// <summary>Whether they are different names.</summary>
    public static bool operator !=(TaskName a, TaskName b) => !a.Equals(b);

    /// <inheritdoc />
    public bool Equals(TaskName other) => string.Equals(Name, other.Name, StringComparison.OrdinalIgnoreCase);

    /// <inheritdoc />
    public override bool Equals(object? obj) => obj is TaskName other && Equals(other);

    /// <inheritdoc />
    public override int GetHashCode() => StringComparer.OrdinalIgnoreCase.GetHashCode(Name);

    /// <inheritdoc />
    public override string ToString() => Name;
}
