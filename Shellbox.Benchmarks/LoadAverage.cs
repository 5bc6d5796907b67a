namespace Shellbox.Benchmarks;

/// <summary>How busy the machine is: figures from a busy one are not to be compared with those from a quiet one.</summary>
internal static class LoadAverage
{
    /// <summary>Of the last 1, 5 and 15 minutes, this benchmark's own part included.</summary>
    public static string Text() => "Load average " + string.Join(", ", File.ReadAllText("/proc/loadavg").Split(' ').Take(3));
}
