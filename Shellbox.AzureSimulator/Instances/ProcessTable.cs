using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Shellbox.AzureSimulator.Instances;

/// <summary>The machine's processes, as /proc tells of them.</summary>
internal static class ProcessTable
{
    public static IEnumerable<int> All() =>
        Directory
            .EnumerateDirectories("/proc")
            .Select(d => int.TryParse(Path.GetFileName(d), NumberStyles.None, CultureInfo.InvariantCulture, out var pid) ? pid : 0)
            .Where(pid => pid > 0 && pid != Environment.ProcessId);

    /// <summary>Whether a variable of exactly this value is in the process's environment.</summary>
    public static bool HasVariable(int pid, string name, string value) =>
        Read($"/proc/{pid}/environ") is { } environ && environ.Split('\0').Contains($"{name}={value}", StringComparer.Ordinal);

    public static string CommandLine(int pid) => (Read($"/proc/{pid}/cmdline") ?? "").Replace('\0', ' ');

    public static int? Parent(int pid)
    {
        // The name is in parentheses and may hold anything, so the fields are counted from the last one.
        var stat = Read($"/proc/{pid}/stat");
        var end = stat?.LastIndexOf(')') ?? -1;
        return end < 0 ? null : int.Parse(stat![(end + 2)..].Split(' ')[1], CultureInfo.InvariantCulture);
    }

    /// <summary>The processes below these, at any depth.</summary>
    public static IReadOnlySet<int> Descendants(IEnumerable<int> roots)
    {
        var parents = All().Select(pid => (pid, Parent: Parent(pid))).Where(p => p.Parent is not null).ToList();
        var found = new HashSet<int>(roots);
        var grew = true;
        while (grew)
        {
            grew = false;
            foreach (var (pid, parent) in parents)
                grew |= found.Contains(parent!.Value) && found.Add(pid);
        }

        found.ExceptWith(roots);
        return found;
    }

    /// <summary>Whether the process has the file, or something below the directory, open, mapped or as its working directory.</summary>
    public static bool Uses(int pid, string path)
    {
        try
        {
            IEnumerable<string> links =
            [
                $"/proc/{pid}/cwd",
                $"/proc/{pid}/root",
                .. Directory.EnumerateFileSystemEntries($"/proc/{pid}/fd"),
            ];
            if (links.Any(l => IsAtOrBelow(new FileInfo(l).LinkTarget, path)))
                return true;
            return (Read($"/proc/{pid}/maps") ?? "").Contains(" " + path, StringComparison.Ordinal);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    public static void Kill(int pid)
    {
        try
        {
            using var process = Process.GetProcessById(pid);
            process.Kill();
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            // It ended by itself.
        }
    }

    /// <summary>Whether the process is there and not merely a zombie that its parent has yet to reap.</summary>
    public static bool IsAlive(int pid)
    {
        var stat = Read($"/proc/{pid}/stat");
        var end = stat?.LastIndexOf(')') ?? -1;
        return end >= 0 && stat![end + 2] is not ('Z' or 'X');
    }

    private static bool IsAtOrBelow(string? target, string path) =>
        target is not null && (target == path || target.StartsWith(path + "/", StringComparison.Ordinal));

    private static string? Read(string file)
    {
        try
        {
            return Encoding.UTF8.GetString(File.ReadAllBytes(file));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
