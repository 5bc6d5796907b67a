using System.Globalization;

namespace Shellbox.AzureSimulator.Fleets;

/// <summary>A fleet by numbers alone.</summary>
internal static class NumberedFleet
{
    /// <exception cref="SimulatorStartException">A number is out of its range.</exception>
    public static FleetDescription Add(FleetDescription fleet, int virtualMachines, int disks)
    {
        Check(virtualMachines, "VMs");
        Check(disks, "disks");
        return fleet with
        {
            VirtualMachines = [.. fleet.VirtualMachines, .. Names("vm", virtualMachines).Select(n => new FleetVirtualMachine { Name = n })],
            Disks = [.. fleet.Disks, .. Names("vol", disks).Select(n => new FleetDisk { Name = n, SizeGB = 4 })],
        };
    }

    private static IEnumerable<string> Names(string prefix, int count) =>
        Enumerable.Range(1, count).Select(n => prefix + "-" + n.ToString("d4", CultureInfo.InvariantCulture));

    private static void Check(int count, string what)
    {
        if (count is < 0 or > 20_000)
            throw new SimulatorStartException($"The number of {what} is {count}; it is from 0 to 20,000.");
    }
}
