namespace Shellbox.Contracts.Agent;

/// <summary>
/// What a verb of the program on an instance is given on its standard input. Text of the user travels there and never in an argument.
/// </summary>
public sealed record AgentRequest
{
    /// <summary><see cref="AgentProtocol.Version"/>.</summary>
    public int Protocol { get; init; } = AgentProtocol.Version;

    /// <summary>The W3C trace context that the verb's own steps belong to.</summary>
    public string? Traceparent { get; init; }

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

    /// <summary>
    /// The user's public keys, each as type and Base64: they replace those that were given before. Null leaves those as they are.
    /// </summary>
    public IReadOnlyList<string>? AuthorizedKeys { get; init; }

    /// <summary>Which version of the user's keys that is: it grows with each that is added or removed.</summary>
    public long? KeySet { get; init; }

    /// <summary>The first of <see cref="AuthorizedKeys"/>: all that an instance knows whose program is from before protocol 1.</summary>
    public string? AuthorizedKey => AuthorizedKeys is [var first, ..] ? first : null;

    /// <summary>
    /// The caller reads the SSH banner itself, right after: a guest that is in memory and was told who it is need not be asked for it
    /// twice.
    /// </summary>
    public bool? CallerReadsBanner { get; init; }
    public double? DeviceTimeoutSeconds { get; init; }
    public double? BootTimeoutSeconds { get; init; }
    public double? TimeoutSeconds { get; init; }
}
