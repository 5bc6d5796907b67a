namespace Shellbox.AzureSimulator.Instances;

/// <summary>A tree of control groups: the one of version 2, or one of version 1 with its controllers.</summary>
/// <param name="Mount">Where it is mounted.</param>
/// <param name="Own">The group of this process in it.</param>
/// <param name="Controllers">The controllers that a version 1 tree has; null in version 2, where each group says so itself.</param>
internal sealed record CgroupHierarchy(string Mount, string Own, IReadOnlyList<string>? Controllers)
{
    /// <summary>The trees of this machine.</summary>
    /// <param name="process">The directory of this process in /proc.</param>
    public static IReadOnlyList<CgroupHierarchy> All(string process)
    {
        var own = OwnGroups(Path.Combine(process, "cgroup"));
        var all = new List<CgroupHierarchy>();
        foreach (var mount in MountTable.All(Path.Combine(process, "mountinfo")).Where(m => m.Type is "cgroup" or "cgroup2"))
        {
            string[]? controllers = mount.Type == "cgroup2" ? null : [.. mount.Options.Split(',').Where(own.ContainsKey)];
            if (own.TryGetValue(controllers is null ? "" : controllers.FirstOrDefault("-"), out var group))
                all.Add(new CgroupHierarchy(mount.Target, Path.Join(mount.Target, Relative(group, mount.Root)).TrimEnd('/'), controllers));
        }

        return all;
    }

    /// <summary>The path of the group in each hierarchy: by controller in version 1, by nothing in version 2.</summary>
    private static Dictionary<string, string> OwnGroups(string file)
    {
        var own = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var fields in File.Exists(file) ? File.ReadLines(file).Select(l => l.Split(':', 3)) : [])
        {
            foreach (var controller in fields[1].Split(','))
                own[controller] = fields[2];
        }

        return own;
    }

    // In a container without a namespace of its own for groups, the mount shows a part of the tree, and the path counts from the tree's
    // root.
    private static string Relative(string group, string root) =>
        root == "/" ? group
        : group == root || group.StartsWith(root + "/", StringComparison.Ordinal) ? group[root.Length..]
        : "/";
}
