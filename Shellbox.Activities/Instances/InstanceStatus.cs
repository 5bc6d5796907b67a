namespace Shellbox.Activities.Instances;

/// <summary>What the verb <c>status</c> answers.</summary>
public sealed record InstanceStatus
{
    public bool Ok { get; init; }
    public string? Message { get; init; }

    /// <summary>The guests that the instance knows of, running or not.</summary>
    public IReadOnlyList<InstanceGuest> Boxes { get; init; } = [];
}
