using System.Collections.Concurrent;

namespace Shellbox.AzureSimulator.Time;

/// <summary>
/// One stream for each (resource, purpose, nth time). A draw depends on these three and the seed alone, never on what other
/// requests happen to run at the same moment: the same seed gives the same run.
/// </summary>
internal sealed class RandomStreams(int seed)
{
    private readonly ConcurrentDictionary<string, int> _drawn = new(StringComparer.OrdinalIgnoreCase);

    public RandomStream Next(string resource, string purpose)
    {
        var key = resource + "|" + purpose;
        var n = _drawn.AddOrUpdate(key, 0, static (_, last) => last + 1);
        return new RandomStream(Hash(key, n));
    }

    private ulong Hash(string key, int n)
    {
        unchecked
        {
            // FNV-1a: string.GetHashCode differs from process to process.
            var hash = 0xCBF29CE484222325UL ^ (uint)seed;
            foreach (var c in key)
                hash = (hash ^ char.ToLowerInvariant(c)) * 0x100000001B3UL;
            return (hash ^ (uint)n) * 0x100000001B3UL;
        }
    }
}
