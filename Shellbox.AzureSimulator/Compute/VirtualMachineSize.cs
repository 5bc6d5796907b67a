using System.Globalization;
using System.Text.RegularExpressions;

namespace Shellbox.AzureSimulator.Compute;

/// <summary>What a VM of a size has.</summary>
/// <param name="Cores">vCPUs.</param>
/// <param name="MemoryBytes">Memory.</param>
internal sealed partial record VirtualMachineSize(int Cores, long MemoryBytes)
{
    private const long Gibibyte = 1L << 30;

    /// <summary>
    /// The burstable sizes of the first generation, whose memory does not follow from their vCPUs (Microsoft Learn, "Bv1 size series").
    /// </summary>
    private static readonly Dictionary<string, VirtualMachineSize> Burstable = new(StringComparer.OrdinalIgnoreCase)
    {
        ["Standard_B1ls"] = new(1, Gibibyte / 2),
        ["Standard_B1s"] = new(1, Gibibyte),
        ["Standard_B1ms"] = new(1, 2 * Gibibyte),
        ["Standard_B2s"] = new(2, 4 * Gibibyte),
    };

    /// <summary>
    /// Data disks that it takes: two for each vCPU of the general-purpose families, at most 64
    /// (Standard_D2s_v5 4, D4s_v5 8, D8s_v5 16, D16s_v5 32), which is near enough for the others.
    /// </summary>
    public int MaximumDataDisks => Math.Clamp(2 * Cores, 2, 64);

    /// <summary>
    /// By its name: the first number is the vCPUs (after a hyphen those that are left of them), the family says the memory for each (F 2
    /// GiB, E 8, the others 4 or near it). A name that says nothing is taken for Standard_D2s_v5.
    /// </summary>
    public static VirtualMachineSize Of(string name)
    {
        if (Burstable.TryGetValue(name, out var known))
            return known;
        var parts = Name().Match(name);
        if (
            !parts.Success
            || !int.TryParse(parts.Groups["cores"].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var cores)
            || cores is < 1 or > 1024
        )
            return new VirtualMachineSize(2, 8 * Gibibyte);
        var perCore = parts.Groups["family"].Value.ToUpperInvariant() switch
        {
            "F" => 2,
            "E" => 8,
            _ => 4,
        };
        var left = int.TryParse(parts.Groups["left"].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var constrained)
            ? Math.Clamp(constrained, 1, cores)
            : cores;
        return new VirtualMachineSize(left, cores * perCore * Gibibyte);
    }

    [GeneratedRegex("^[^_]*_(?<family>[A-Za-z]+)(?<cores>[0-9]+)(-(?<left>[0-9]+))?", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Name();
}
