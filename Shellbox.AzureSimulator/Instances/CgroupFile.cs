using System.Globalization;
using System.Text;

namespace Shellbox.AzureSimulator.Instances;

/// <summary>The files in a control group. Each write is one setting, and the kernel refuses it as an error of that write.</summary>
internal static class CgroupFile
{
    /// <exception cref="IOException">The kernel refuses the value.</exception>
    public static void Write(string file, string value)
    {
        using var stream = new FileStream(file, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        stream.Write(Encoding.ASCII.GetBytes(value));
    }

    /// <summary>The words in a file; none when it is not there.</summary>
    public static IReadOnlyList<string> Words(string file) =>
        File.Exists(file) ? File.ReadAllText(file).Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries) : [];

    /// <summary>The processes in a group.</summary>
    public static IReadOnlyList<int> Processes(string group) =>
        [.. Words(Path.Combine(group, "cgroup.procs")).Select(p => int.Parse(p, CultureInfo.InvariantCulture)).Where(p => p > 0)];
}
