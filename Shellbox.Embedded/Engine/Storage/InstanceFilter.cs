using Shellbox.Embedded.DurableTask.Client;

namespace Shellbox.Embedded.Engine.Storage;

/// <summary>Which instances a list or a purge means.</summary>
internal sealed record InstanceFilter(
    DateTimeOffset? CreatedFrom = null,
    DateTimeOffset? CreatedTo = null,
    string? IdPrefix = null)
{
    /// <summary>In one of these states; none: in any.</summary>
    public IReadOnlyList<OrchestrationRuntimeStatus> Statuses { get; init; } = [];
}
