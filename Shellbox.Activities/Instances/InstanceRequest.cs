namespace Shellbox.Activities.Instances;

/// <summary>
/// What a verb of the instance script is given on its standard input. Text of the user travels there and never in an argument.
/// </summary>
public sealed record InstanceRequest
{
    /// <summary>
    /// The box, by the id of its volume: that stays when a blank box is given to a user, whose name and key come with the next start.
    /// </summary>
    public required string Box { get; init; }
    public required long Epoch { get; init; }
    public required string OperationId { get; init; }
    public string? HostName { get; init; }
    public int? Lun { get; init; }
    public int? Port { get; init; }
    public int? MemoryMiB { get; init; }
    public string? AuthorizedKey { get; init; }

    /// <summary>
    /// The caller reads the SSH banner itself, right after: a guest that is in memory and was told who it is need not be asked for it
    /// twice.
    /// </summary>
    public bool? CallerReadsBanner { get; init; }
    public double? DeviceTimeoutSeconds { get; init; }
    public double? BootTimeoutSeconds { get; init; }
    public double? TimeoutSeconds { get; init; }
}
