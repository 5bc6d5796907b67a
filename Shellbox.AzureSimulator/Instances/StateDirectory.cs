namespace Shellbox.AzureSimulator.Instances;

/// <summary>
/// The directory of one simulator: <c>instances/&lt;vm&gt;</c> and <c>disks/&lt;disk&gt;.raw</c>. Resources live in memory, so what an
/// earlier run left there has no owner any more and goes.
/// </summary>
internal sealed class StateDirectory : IDisposable
{
    private readonly FileStream _lock;

    private StateDirectory(string path, FileStream @lock)
    {
        Root = path;
        _lock = @lock;
    }

    public string Root { get; }

    public string Instances => Path.Combine(Root, "instances");

    public string Disks => Path.Combine(Root, "disks");

    /// <exception cref="SimulatorStartException">It cannot be made, or another simulator has it.</exception>
    public static StateDirectory Open(string path)
    {
        var full = Path.GetFullPath(path);
        if (full.Any(c => char.IsWhiteSpace(c) || c is '"' or '\\' or ':'))
            throw new SimulatorStartException(
                $"The state directory '{full}' has a blank, quote, backslash or colon in its path, which sshd's configuration "
                    + "cannot hold: choose another one."
            );
        try
        {
            Directory.CreateDirectory(full);
            return new StateDirectory(
                full,
                new FileStream(Path.Combine(full, "simulator.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None)
            );
        }
        catch (IOException e) when (Directory.Exists(full))
        {
            throw new SimulatorStartException(
                $"The state directory {full} is in use by another simulator: end it, or choose another directory.",
                e
            );
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SimulatorStartException($"The state directory {full} cannot be made: {e.Message}", e);
        }
    }

    /// <summary>Ends what instances of this directory still run, and removes them and the disks.</summary>
    public async Task CleanUpAsync(InstanceSweeper sweeper)
    {
        foreach (var root in Directory.Exists(Instances) ? Directory.EnumerateDirectories(Instances).ToList() : [])
            await sweeper.SweepAsync(Path.GetFileName(root), root);
        await sweeper.DetachFilesAsync(Disks);
        InstanceRoots.Delete(Instances);
        InstanceRoots.Delete(Disks);
        Directory.CreateDirectory(Instances);
        Directory.CreateDirectory(Disks);
    }

    public void Dispose() => _lock.Dispose();
}
