using System.Text.RegularExpressions;

namespace Shellbox.AzureSimulator.Instances;

/// <summary>The machine's mounts and loop devices.</summary>
internal static partial class MountTable
{
    /// <summary>What is mounted, in the order in which it was.</summary>
    public static IReadOnlyList<Mount> All(string file = "/proc/self/mountinfo") =>
        [
            .. File.ReadLines(file)
                .Select(line =>
                {
                    var fields = line.Split(' ');
                    var dash = Array.IndexOf(fields, "-");
                    return new Mount(
                        Unescape(fields[3]),
                        Unescape(fields[4]),
                        fields[dash + 1],
                        Unescape(fields[dash + 2]),
                        fields[dash + 3]
                    );
                }),
        ];

    public static IReadOnlyList<string> Below(string directory) =>
        [.. All().Select(m => m.Target).Where(t => t == directory || t.StartsWith(directory + "/", StringComparison.Ordinal))];

    /// <summary>The loop devices and the files behind them.</summary>
    public static IReadOnlyList<(string Device, string File)> Loops()
    {
        var loops = new List<(string, string)>();
        foreach (var loop in Directory.Exists("/sys/block") ? Directory.EnumerateDirectories("/sys/block", "loop*") : [])
        {
            try
            {
                var file = File.ReadAllText(Path.Combine(loop, "loop", "backing_file")).TrimEnd('\n');
                loops.Add(("/dev/" + Path.GetFileName(loop), file.EndsWith(" (deleted)", StringComparison.Ordinal) ? file[..^10] : file));
            }
            catch (IOException)
            {
                // Not in use.
            }
        }

        return loops;
    }

    public static async Task UnmountAsync(string target)
    {
        var result = await ToolProcess.RunAsync("umount", ["--", target]);
        // Something still holds it: take it out of sight now, the kernel ends it when the last user goes.
        if (result.ExitCode != 0)
            result = await ToolProcess.RunAsync("umount", ["--lazy", "--", target]);
        if (result.ExitCode != 0)
            throw new IOException($"{target} cannot be unmounted: {result.Error.Trim()}");
    }

    public static Task DetachLoopAsync(string device) => ToolProcess.RunAsync("losetup", ["--detach", device]);

    // mountinfo writes blanks and backslashes in octal.
    private static string Unescape(string field) => Octal().Replace(field, m => ((char)Convert.ToInt32(m.Groups[1].Value, 8)).ToString());

    [GeneratedRegex(@"\\([0-7]{3})", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Octal();
}
