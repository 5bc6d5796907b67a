namespace Shellbox.AzureSimulator.Instances;

/// <summary>What the processes of an instance may use together. It bounds and reserves nothing.</summary>
/// <param name="MemoryBytes">Memory, the page cache of its files included; there is no swap beyond it.</param>
/// <param name="Cores">CPU time in CPU seconds a second, and the share of it when the machine is busy.</param>
/// <param name="Processes">Processes and threads.</param>
internal sealed record InstanceCaps(long MemoryBytes, int Cores, int Processes)
{
    // Small sizes are for tests of small fleets, whose guests are the same as those of large ones.
    private const long LeastMemory = 2L << 30;
    private const int ProcessesPerCore = 4096;

    /// <summary>For a VM with these vCPUs and this memory.</summary>
    public static InstanceCaps Of(int cores, long memoryBytes) => new(Math.Max(memoryBytes, LeastMemory), cores, cores * ProcessesPerCore);
}
