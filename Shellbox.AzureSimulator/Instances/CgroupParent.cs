namespace Shellbox.AzureSimulator.Instances;

/// <summary>A group below which this process can make groups with these controllers.</summary>
/// <param name="Directory">The group.</param>
/// <param name="Controllers">The wanted controllers that groups below it have.</param>
/// <param name="IsVersion2">Whether it is of the version 2 tree.</param>
internal sealed record CgroupParent(string Directory, IReadOnlyList<string> Controllers, bool IsVersion2)
{
    private static readonly string[] LimitFiles = ["memory.max", "cpu.max"];

    /// <summary>Looks for it by making a group on trial; null when there is none.</summary>
    public static CgroupParent? Find(CgroupHierarchy hierarchy, IReadOnlyList<string> wanted, string trial)
    {
        if (hierarchy.Controllers is { } controllers)
            return Try(hierarchy.Own, [.. controllers.Intersect(wanted)], isVersion2: false, trial);
        for (var group = hierarchy.Own; ; group = Path.GetDirectoryName(group)!)
        {
            var given = Delegate(group, wanted);
            if (given.Contains("memory") && given.Contains("pids") && Try(group, given, isVersion2: true, trial) is { } found)
                return found;
            // Version 2 wants processes at the leaves alone, so where this process is, none can be below: then beside it. But not where
            // that would let the instances out of a bound that somebody gave the simulator. (A bound of tasks systemd gives to everybody.)
            if (group == hierarchy.Mount || IsLimited(group))
                return null;
        }
    }

    /// <summary>Lets groups below have the wanted controllers; those that they then have.</summary>
    private static List<string> Delegate(string group, IReadOnlyList<string> wanted)
    {
        var file = Path.Combine(group, "cgroup.subtree_control");
        foreach (
            var controller in wanted.Intersect(CgroupFile.Words(Path.Combine(group, "cgroup.controllers"))).Except(CgroupFile.Words(file))
        )
        {
            try
            {
                CgroupFile.Write(file, "+" + controller);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // There are processes in the group, or it is not ours to write.
            }
        }

        return [.. wanted.Intersect(CgroupFile.Words(file))];
    }

    private static bool IsLimited(string group) => LimitFiles.Any(f => CgroupFile.Words(Path.Combine(group, f)) is [not "max", ..]);

    private static CgroupParent? Try(string group, IReadOnlyList<string> controllers, bool isVersion2, string trial)
    {
        var probe = Path.Combine(group, trial);
        try
        {
            System.IO.Directory.CreateDirectory(probe);
            System.IO.Directory.Delete(probe);
            return new CgroupParent(group, controllers, isVersion2);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
