using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;

namespace Shellbox.AzureSimulator.Instances;

/// <summary>
/// The control groups that hold instances to their caps: one for each instance in each tree that has a controller for it. They lie
/// below this process's own group, so what bounds the simulator bounds its instances too. Their names tell whose they are, so
/// those of a simulator that was killed are found again.
/// </summary>
internal sealed class InstanceCgroups
{
    private static readonly string[] Wanted = ["memory", "cpu", "pids"];

    /// <summary>How long a group may take to become empty once its processes were killed.</summary>
    private static readonly TimeSpan ExitTimeout = TimeSpan.FromSeconds(10);

    private readonly IReadOnlyList<CgroupHierarchy> _hierarchies;
    private readonly string _prefix;
    private readonly ILogger _logger;
    private List<CgroupParent> _parents = [];

    private InstanceCgroups(IReadOnlyList<CgroupHierarchy> hierarchies, string prefix, ILogger logger)
    {
        _hierarchies = hierarchies;
        _prefix = prefix;
        _logger = logger;
    }

    /// <summary>The controllers that this machine lets us use.</summary>
    public IReadOnlyList<string> Controllers => [.. _parents.SelectMany(p => p.Controllers)];

    /// <summary>What the names of the groups of a state directory begin with.</summary>
    public static string PrefixOf(string stateDirectory) =>
        $"shellbox-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(stateDirectory)))[..16]}-";

    /// <summary>Removes the groups of an earlier run on the same state directory and looks where new ones can be.</summary>
    /// <param name="stateDirectory">Whose groups they are.</param>
    /// <param name="logger">Is told once what is capped and what is not.</param>
    /// <param name="process">The directory of this process in /proc.</param>
    public static async Task<InstanceCgroups> OpenAsync(string stateDirectory, ILogger logger, string process = "/proc/self")
    {
        var hierarchies = CgroupHierarchy.All(process).Where(h => h.Controllers is null || h.Controllers.Intersect(Wanted).Any()).ToList();
        var groups = new InstanceCgroups(hierarchies, PrefixOf(stateDirectory), logger);
        await groups.RemoveAllAsync();
        groups._parents = [.. hierarchies.Select(h => CgroupParent.Find(h, Wanted, groups._prefix + "probe")).OfType<CgroupParent>()];
        if (groups._parents.Count > 0)
            Logs.Capped(logger, string.Join(", ", groups.Controllers), string.Join(", ", groups._parents.Select(p => p.Directory)));
        if (Wanted.Except(groups.Controllers).ToList() is [_, ..] missing)
            Logs.NotCapped(logger, string.Join(", ", missing));
        return groups;
    }

    /// <summary>Makes the groups of an instance. The files into which a process writes its id to be in them.</summary>
    public IReadOnlyList<string> Create(string instance, InstanceCaps caps)
    {
        var processFiles = new List<string>();
        foreach (var parent in _parents)
        {
            var group = Path.Combine(parent.Directory, _prefix + instance);
            try
            {
                Directory.CreateDirectory(group);
                processFiles.Add(Path.Combine(group, "cgroup.procs"));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                Logs.CapNotSet(_logger, instance, group, e.Message);
                continue;
            }

            foreach (var (file, value) in parent.Controllers.SelectMany(c => Settings(c, parent.IsVersion2, caps)))
            {
                // A kernel that does not count swap has no file for it.
                if (file.Contains("sw", StringComparison.Ordinal) && !File.Exists(Path.Combine(group, file)))
                    continue;
                try
                {
                    CgroupFile.Write(Path.Combine(group, file), value);
                }
                catch (Exception e) when (e is IOException or UnauthorizedAccessException)
                {
                    Logs.CapNotSet(_logger, instance, Path.Combine(group, file), e.Message);
                }
            }
        }

        return processFiles;
    }

    /// <summary>Ends whatever is still in the groups of an instance, and removes them.</summary>
    public Task RemoveAsync(string instance) => RemoveEachAsync(_parents.Select(p => Path.Combine(p.Directory, _prefix + instance)));

    /// <summary>
    /// The same for all groups of the state directory, wherever in the trees: the simulator that made them need not have been in the group
    /// in which this one is.
    /// </summary>
    public Task RemoveAllAsync()
    {
        var everywhere = new EnumerationOptions
        {
            RecurseSubdirectories = true,
            IgnoreInaccessible = true,
            AttributesToSkip = FileAttributes.None,
        };
        return RemoveEachAsync(_hierarchies.SelectMany(h => Directory.EnumerateDirectories(h.Mount, _prefix + "*", everywhere)).ToList());
    }

    private static (string File, string Value)[] Settings(string controller, bool isVersion2, InstanceCaps caps) =>
        (controller, isVersion2) switch
        {
            ("memory", true) => [("memory.max", Text(caps.MemoryBytes)), ("memory.swap.max", "0")],
            ("memory", false) =>
            [
                ("memory.limit_in_bytes", Text(caps.MemoryBytes)),
                ("memory.memsw.limit_in_bytes", Text(caps.MemoryBytes)),
            ],
            ("cpu", true) =>
            [
                ("cpu.max", $"{Text(caps.Cores * 100_000L)} 100000"),
                ("cpu.weight", Text(Math.Min(100 * caps.Cores, 10_000))),
            ],
            ("cpu", false) =>
            [
                ("cpu.cfs_period_us", "100000"),
                ("cpu.cfs_quota_us", Text(caps.Cores * 100_000L)),
                ("cpu.shares", Text(1024 * caps.Cores)),
            ],
            _ => [("pids.max", Text(caps.Processes))],
        };

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private async Task RemoveEachAsync(IEnumerable<string> groups)
    {
        // First the one that can forbid births: whoever multiplies faster than it is killed ends so.
        foreach (var group in groups.Where(Directory.Exists).OrderBy(g => !File.Exists(Path.Combine(g, "pids.max"))).ToList())
        {
            try
            {
                await EmptyAndRemoveAsync(group);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                if (Directory.Exists(group))
                    Logs.CleanUpFault(_logger, group, e.Message);
            }
        }
    }

    private static async Task EmptyAndRemoveAsync(string group)
    {
        if (File.Exists(Path.Combine(group, "pids.max")))
            CgroupFile.Write(Path.Combine(group, "pids.max"), "0");
        using var deadline = new CancellationTokenSource(ExitTimeout);
        while (true)
        {
            try
            {
                // Root on an instance may have made groups of its own; those below come first.
                string[] all =
                [
                    .. Directory.EnumerateDirectories(group, "*", SearchOption.AllDirectories).OrderByDescending(d => d.Length),
                    group,
                ];
                foreach (var pid in all.SelectMany(CgroupFile.Processes))
                    ProcessTable.Kill(pid);
                foreach (var directory in all)
                    Directory.Delete(directory);
                return;
            }
            catch (IOException) when (!deadline.IsCancellationRequested && Directory.Exists(group))
            {
                await Task.Delay(TimeSpan.FromMilliseconds(5), CancellationToken.None);
            }
        }
    }
}
