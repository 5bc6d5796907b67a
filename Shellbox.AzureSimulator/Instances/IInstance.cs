using System.Net;

namespace Shellbox.AzureSimulator.Instances;

/// <summary>What stands behind one simulated VM.</summary>
internal interface IInstance
{
    IPAddress Address { get; }

    /// <summary>The disks that its guest OS sees: their names by LUN.</summary>
    IReadOnlyDictionary<int, string> VisibleDisks { get; }

    /// <summary>Why this instance cannot come up as asked, before anything is started; null when it can.</summary>
    Task<string?> FindStartProblemAsync(CancellationToken cancellationToken);

    /// <summary>Boots on a VM size that has this much.</summary>
    Task StartAsync(InstanceCaps caps, CancellationToken cancellationToken);

    /// <summary>Powers off: every process of the instance ends, everything it mounted is unmounted. Files stay.</summary>
    Task StopAsync();

    /// <summary>Powers off and removes the files.</summary>
    Task DeleteAsync();

    /// <summary>Ends SSH, or brings it back; what runs goes on.</summary>
    Task RefuseSshAsync(bool refuse, CancellationToken cancellationToken);

    /// <summary>Ends the guests on it as a crash of QEMU would; the number of them.</summary>
    Task<int> KillQemuAsync();

    Task ShowDiskAsync(int lun, string file, CancellationToken cancellationToken);

    /// <summary>Takes a disk away, from under whatever still uses it.</summary>
    Task HideDiskAsync(int lun, string file, CancellationToken cancellationToken);

    Task<ScriptResult> RunScriptAsync(
        string script,
        IReadOnlyList<KeyValuePair<string, string>> parameters,
        CancellationToken cancellationToken
    );
}
