using System.Text.Json.Serialization;

namespace Shellbox.Activities.Sessions;

/// <summary>One open session of a box.</summary>
/// <param name="Id">What a disconnect and a heartbeat name.</param>
/// <param name="LastSeen">When it was opened, or its last heartbeat came.</param>
/// <param name="Beats">Whether it has ever sent a heartbeat: then its silence means something within minutes, else only after long.</param>
public sealed record BoxSession(
    [property: JsonPropertyName("id")] string Id,
    [property: JsonPropertyName("seen")] DateTimeOffset LastSeen,
    [property: JsonPropertyName("beats")] bool Beats
);
