using Shellbox.AzureSimulator.Arm;
using Shellbox.AzureSimulator.ResourceGraph;
using Shellbox.AzureSimulator.Time;

namespace Shellbox.AzureSimulator.Resources;

/// <summary>
/// All resources. Whoever reads or changes one holds <see cref="Gate"/> for as long; nothing is awaited under it. One lock for
/// all is enough: a request holds it for microseconds.
/// </summary>
internal sealed class ResourceStore(SimulatedClock clock, LatencyModel latency, GraphIndex graph)
{
    private readonly Dictionary<string, SortedDictionary<string, Resource>> _types = new(StringComparer.OrdinalIgnoreCase);

    public Lock Gate { get; } = new();

    public T? Find<T>(string type, string id)
        where T : Resource => _types.TryGetValue(type, out var all) && all.TryGetValue(id, out var found) ? (T)found : null;

    /// <exception cref="ArmException">404 ResourceNotFound.</exception>
    public T Get<T>(string type, string id)
        where T : Resource
    {
        if (Find<T>(type, id) is { } found)
            return found;
        throw ResourceIds.TryParse(id, out var parts)
            ? ArmErrors.ResourceNotFound(type, parts.Name, parts.ResourceGroup)
            : ArmErrors.Of(400, "InvalidResourceId", $"'{id}' is not the id of a resource.");
    }

    public Resource? FindAny(string id) => ResourceIds.TryParse(id, out var parts) ? Find<Resource>(parts.Type, id) : null;

    /// <summary>The resources of a type in the order of their ids, from the first one after <paramref name="after"/>.</summary>
    public IReadOnlyList<T> List<T>(string type, string? resourceGroup, string? after, int atMost)
        where T : Resource
    {
        if (!_types.TryGetValue(type, out var all))
            return [];
        IEnumerable<KeyValuePair<string, Resource>> found = all;
        if (after is not null)
            found = found.Where(r => string.Compare(r.Key, after, StringComparison.OrdinalIgnoreCase) > 0);
        if (resourceGroup is not null)
            found = found.Where(r => string.Equals(r.Value.ResourceGroup, resourceGroup, StringComparison.OrdinalIgnoreCase));
        return [.. found.Take(atMost).Select(r => (T)r.Value)];
    }

    /// <param name="resource">The new resource.</param>
    /// <param name="atOnce">Whether Resource Graph knows it without lag: what exists at the start.</param>
    public void Add(Resource resource, bool atOnce = false)
    {
        if (!_types.TryGetValue(resource.Type, out var all))
            _types[resource.Type] = all = new SortedDictionary<string, Resource>(StringComparer.OrdinalIgnoreCase);
        all[resource.Id] = resource;
        Publish(resource, atOnce);
    }

    public void Remove(Resource resource)
    {
        if (_types.TryGetValue(resource.Type, out var all) && all.Remove(resource.Id))
            graph.Publish(resource.Id, resource.Type, null, clock.Now + clock.ToReal(latency.ResourceGraphLag(resource.Id)));
    }

    /// <summary>Tells Resource Graph of the resource's present state, which it shows after its lag.</summary>
    public void Publish(Resource resource, bool atOnce = false)
    {
        var now = clock.Now;
        resource.RecordBody(now);
        var from = atOnce ? now : now + clock.ToReal(latency.ResourceGraphLag(resource.Id));
        graph.Publish(resource.Id, resource.Type, resource.RenderForGraph(now), from);
    }
}
