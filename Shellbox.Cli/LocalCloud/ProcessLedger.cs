using System.Text.Json;
using Shellbox.LocalCloud;

namespace Shellbox.Cli.LocalCloud;

/// <summary>
/// Which processes this state directory's cloud has started. When the command itself was killed (SIGKILL leaves no time to stop anything),
/// the next start finds and ends what was left.
/// </summary>
internal sealed class ProcessLedger(CloudPaths paths, TimeProvider time)
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(100);
    private readonly List<ProcessRecord> _records = [];

    public void Add(ChildProcess child)
    {
        if (StartTicks(child.Id) is { } ticks)
        {
            _records.Add(new ProcessRecord(child.Name, child.Id, ticks));
            PrivateFile.Write(paths.Processes, JsonSerializer.Serialize(_records, LocalCloudJson.Default.ListProcessRecord));
        }
    }

    public void Clear()
    {
        _records.Clear();
        File.Delete(paths.Processes);
    }

    /// <summary>Ends what an earlier cloud in this directory left running. Call it with the lock held.</summary>
    /// <returns>The names of what was ended.</returns>
    public async Task<IReadOnlyList<string>> EndLeftoversAsync(CancellationToken cancellationToken)
    {
        var ended = new List<string>();

        // In the order of an ordinary stop: the last that was started first.
        foreach (var record in Enumerable.Reverse(Read()))
        {
            if (!IsRunning(record))
            {
                continue;
            }

            Signals.SendTerminate(record.Id);
            var start = time.GetTimestamp();
            while (IsRunning(record))
            {
                if (time.GetElapsedTime(start) > Grace)
                {
                    KillHard(record);
                }

                await Task.Delay(PollInterval, time, cancellationToken);
            }

            ended.Add(record.Name);
        }

        Clear();
        return ended;
    }

    private List<ProcessRecord> Read()
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllText(paths.Processes), LocalCloudJson.Default.ListProcessRecord) ?? [];
        }
        catch (Exception failure) when (failure is IOException or JsonException)
        {
            return [];
        }
    }

    private static void KillHard(ProcessRecord record)
    {
        try
        {
            System.Diagnostics.Process.GetProcessById(record.Id).Kill();
        }
        catch (Exception failure) when (failure is ArgumentException or InvalidOperationException)
        {
            // It has just ended.
        }
    }

    private static bool IsRunning(ProcessRecord record) => StartTicks(record.Id) == record.StartTicks;

    // Field 22 of /proc/PID/stat (proc(5)); the name in field 2 may hold spaces and brackets, so fields count from its last ')'.
    // A zombie no longer runs.
    private static string? StartTicks(int processId)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{processId}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return fields[0] is "Z" or "X" ? null : fields[19];
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
