using Microsoft.Extensions.Logging;

namespace Shellbox.AzureSimulator.Instances;

/// <summary>
/// Ends everything that an instance left on the machine: its sshd with its sessions, every process that carries its
/// INSTANCE_ROOT, its mounts and its loop devices. It works from what the machine shows, not from memory, so it also serves
/// after a simulator that was killed.
/// </summary>
internal sealed class InstanceSweeper(ILogger logger)
{
    public const string RootVariable = "INSTANCE_ROOT";

    /// <summary>How long an ended process may take to go. SIGKILL is prompt but for processes that wait for a disk.</summary>
    private static readonly TimeSpan ExitTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Ends the processes, unmounts and detaches. The number of processes that were ended.</summary>
    public async Task<int> SweepAsync(string instance, string root)
    {
        var ended = await EndProcessesAsync(root, Members);
        foreach (var target in MountTable.Below(root).Reverse())
            await TryAsync(instance, () => MountTable.UnmountAsync(target));
        foreach (var (device, _) in MountTable.Loops().Where(l => l.File.StartsWith(root + "/", StringComparison.Ordinal)))
            await TryAsync(instance, () => MountTable.DetachLoopAsync(device));
        return ended;
    }

    /// <summary>Takes a disk's file away from an instance: whoever of it uses the file, or a mount of it, ends.</summary>
    public async Task ForceDetachAsync(string instance, string root, string file)
    {
        var loops = MountTable.Loops().Where(l => l.File == file).Select(l => l.Device).ToHashSet(StringComparer.Ordinal);
        var mounts = MountTable.All().Where(m => loops.Contains(m.Source)).Select(m => m.Target).Reverse().ToList();
        await EndProcessesAsync(
            root,
            r => WithVariable(r).Where(pid => ProcessTable.Uses(pid, file) || mounts.Exists(m => ProcessTable.Uses(pid, m)))
        );
        foreach (var target in mounts)
            await TryAsync(instance, () => MountTable.UnmountAsync(target));
        foreach (var device in loops)
            await TryAsync(instance, () => MountTable.DetachLoopAsync(device));
    }

    /// <summary>Ends the loop devices and mounts of every file below a directory: the disks of an earlier run.</summary>
    public async Task DetachFilesAsync(string directory)
    {
        var loops = MountTable
            .Loops()
            .Where(l => l.File.StartsWith(directory + "/", StringComparison.Ordinal))
            .Select(l => l.Device)
            .ToHashSet(StringComparer.Ordinal);
        foreach (var mount in MountTable.All().Where(m => loops.Contains(m.Source)).Reverse())
            await TryAsync(directory, () => MountTable.UnmountAsync(mount.Target));
        foreach (var device in loops)
            await TryAsync(directory, () => MountTable.DetachLoopAsync(device));
    }

    /// <summary>Ends the processes of an instance that have this name, such as QEMU; the number of them.</summary>
    public static Task<int> EndNamedAsync(string root, string name) =>
        EndProcessesAsync(
            root,
            r =>
                WithVariable(r)
                    .Where(pid => Path.GetFileName(ProcessTable.CommandLine(pid).Split(' ')[0]).StartsWith(name, StringComparison.Ordinal))
        );

    /// <summary>Ends sshd alone, so that nobody can log in; open sessions go on.</summary>
    public static Task<int> EndListenerAsync(string root) => EndProcessesAsync(root, Listeners);

    private static async Task<int> EndProcessesAsync(string root, Func<string, IEnumerable<int>> find)
    {
        var ended = new HashSet<int>();
        using var deadline = new CancellationTokenSource(ExitTimeout);
        // Twice at least: a process may have been born between the look and the end of its parent.
        while (true)
        {
            var found = find(root).Where(ProcessTable.IsAlive).ToList();
            if (found.Count == 0 || deadline.IsCancellationRequested)
                return ended.Count;
            foreach (var pid in found.Where(ended.Add))
                ProcessTable.Kill(pid);
            await Task.Delay(TimeSpan.FromMilliseconds(5), CancellationToken.None);
        }
    }

    /// <summary>
    /// sshd writes its title over its environment, so the listener is known by the configuration file in its title and its
    /// sessions by their parent; what the sessions started carries the variable.
    /// </summary>
    private static IEnumerable<int> Members(string root)
    {
        var listeners = Listeners(root).ToList();
        return listeners.Concat(ProcessTable.Descendants(listeners)).Concat(WithVariable(root)).Distinct();
    }

    private static IEnumerable<int> Listeners(string root)
    {
        var configuration = Path.Combine(root, "etc/ssh/sshd_config");
        return ProcessTable
            .All()
            .Where(pid =>
            {
                var command = ProcessTable.CommandLine(pid);
                return command.Contains("sshd", StringComparison.Ordinal) && command.Contains(configuration, StringComparison.Ordinal);
            });
    }

    private static IEnumerable<int> WithVariable(string root) =>
        ProcessTable.All().Where(pid => ProcessTable.HasVariable(pid, RootVariable, root));

    private async Task TryAsync(string instance, Func<Task> act)
    {
        try
        {
            await act();
        }
        catch (IOException e)
        {
            Logs.CleanUpFault(logger, instance, e.Message);
        }
    }
}
