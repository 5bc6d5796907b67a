namespace Shellbox.AzureSimulator.Resources;

/// <summary>Resource ids of the one subscription that is simulated.</summary>
internal sealed class ResourceIds(string subscription)
{
    public string Subscription { get; } = subscription;

    /// <summary>The opaque <c>p</c> parameter that operation URLs carry.</summary>
    public string Partition { get; } = Guid.Parse(subscription).ToString("N");

    public string ResourceGroup(string name) => $"/subscriptions/{Subscription}/resourceGroups/{name}";

    public string Of(string type, string resourceGroup, string name) => $"{ResourceGroup(resourceGroup)}/providers/{type}/{name}";

    /// <summary>The parts of the id of a top-level resource.</summary>
    public static bool TryParse(string id, out (string Subscription, string ResourceGroup, string Type, string Name) parts)
    {
        parts = default;
        var s = id.Split('/');
        if (s.Length != 9 || s[0].Length != 0 || !Is(s[1], "subscriptions") || !Is(s[3], "resourceGroups") || !Is(s[5], "providers"))
            return false;
        parts = (s[2], s[4], s[6] + "/" + s[7], s[8]);
        return parts.Name.Length > 0;
    }

    private static bool Is(string a, string b) => string.Equals(a, b, StringComparison.OrdinalIgnoreCase);
}
