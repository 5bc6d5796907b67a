using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Shellbox.AzureSimulator.Instances;

/// <summary>
/// A VM that is a real OpenSSH server on its own loopback address. Its root directory stands for its filesystem: whatever runs
/// on it gets the directory in INSTANCE_ROOT, and an attached disk is the link <c>dev/disk/azure/scsi1/lunN</c> to its file.
/// </summary>
internal sealed class SshdInstance(string name, string root, IPAddress address, SshdAccount admin, SshdInstanceServices services)
    : IInstance
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(10);

    // A process puts itself into the control groups before it becomes what it is to be, so whatever it starts is in them, too.
    private const string JoinCgroups =
        "n=$1; shift; while [ $n -gt 0 ]; do echo $$ >\"$1\" || exit 125; shift; n=$((n-1)); done; exec \"$@\"";

    private InstanceCaps? _caps;

    public string Name { get; } = name;

    public string Root { get; } = root;

    public IPAddress Address { get; } = address;

    /// <summary>Set by a fault: sshd is not started, or is ended.</summary>
    public bool RefusesSsh { get; private set; }

    public IReadOnlyDictionary<int, string> VisibleDisks =>
        !Directory.Exists(DiskDirectory)
            ? new Dictionary<int, string>()
            : Directory
                .EnumerateFiles(DiskDirectory, "lun*")
                .ToDictionary(
                    link => int.Parse(Path.GetFileName(link)[3..], CultureInfo.InvariantCulture),
                    link => Path.GetFileNameWithoutExtension(new FileInfo(link).LinkTarget ?? "")
                );

    private string SshDirectory => Path.Combine(Root, "etc/ssh");

    private string Home => Path.Combine(Root, "root");

    private string Configuration => Path.Combine(SshDirectory, "sshd_config");

    public async Task<string?> FindStartProblemAsync(CancellationToken cancellationToken)
    {
        if (LocalAccounts.Find(admin.UserName) is not { } account)
            return $"the account '{admin.UserName}' does not exist on this machine, so nobody could log in: use 'root', or "
                + "add the account.";
        if (!account.HasLoginShell)
            return $"the account '{admin.UserName}' has the shell {account.Shell}, in which nobody can work: use 'root', or an account "
                + "with a login shell.";
        var above = Path.GetDirectoryName(Root)!;
        if (
            !account.IsRoot
            && (await ToolProcess.RunAsync("setpriv", [.. As(account), "test", "-x", above], cancellationToken: cancellationToken)).ExitCode
                != 0
        )
            return $"the account '{admin.UserName}' may not enter {above}: use 'root', or a state directory that all may enter.";
        return null;
    }

    public async Task StartAsync(InstanceCaps caps, CancellationToken cancellationToken)
    {
        _caps = caps;
        await PrepareAsync(cancellationToken);
        await StartSshdAsync(cancellationToken);
        Logs.InstanceUp(services.Logger, Name, Address.ToString(), services.Port);
    }

    public async Task StopAsync()
    {
        var ended = await services.Sweeper.SweepAsync(Name, Root);
        await services.Cgroups.RemoveAsync(Name);
        foreach (var link in Directory.Exists(DiskDirectory) ? Directory.EnumerateFileSystemEntries(DiskDirectory) : [])
            File.Delete(link);
        Logs.InstanceDown(services.Logger, Name, ended);
    }

    public async Task DeleteAsync()
    {
        await StopAsync();
        InstanceRoots.Delete(Root);
    }

    public Task ShowDiskAsync(int lun, string file, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(DiskDirectory);
        var link = Link(lun);
        File.Delete(link);
        File.CreateSymbolicLink(link, file);
        Logs.DiskShown(services.Logger, Name, lun, file);
        return Task.CompletedTask;
    }

    public async Task HideDiskAsync(int lun, string file, CancellationToken cancellationToken)
    {
        File.Delete(Link(lun));
        await services.Sweeper.ForceDetachAsync(Name, Root, file);
        Logs.DiskHidden(services.Logger, Name, lun);
    }

    public async Task<ScriptResult> RunScriptAsync(
        string script,
        IReadOnlyList<KeyValuePair<string, string>> parameters,
        CancellationToken cancellationToken
    )
    {
        var environment = new Dictionary<string, string>(Environment());
        foreach (var (parameter, value) in parameters.Where(p => p.Key.Length > 0))
            environment.TryAdd(parameter, value);
        // Parameters are both: variables by their names, and arguments in their order.
        string[] arguments = ["-c", JoinCgroups, "sh", .. WithCaps("/bin/bash", "-s", "--"), .. parameters.Select(p => p.Value)];
        return await ToolProcess.RunAsync("/bin/sh", arguments, environment, Root, script, cancellationToken);
    }

    /// <summary>Ends sshd, or starts it again; everything else on the instance goes on.</summary>
    public async Task RefuseSshAsync(bool refuse, CancellationToken cancellationToken)
    {
        RefusesSsh = refuse;
        if (refuse)
            await InstanceSweeper.EndListenerAsync(Root);
        else
            await StartSshdAsync(cancellationToken);
    }

    /// <summary>Ends the instance's QEMU processes as a crash would; the number of them.</summary>
    public Task<int> KillQemuAsync() => InstanceSweeper.EndNamedAsync(Root, "qemu-system");

    private string DiskDirectory => Path.Combine(Root, "dev/disk/azure/scsi1");

    private string Link(int lun) => Path.Combine(DiskDirectory, "lun" + lun.ToString(CultureInfo.InvariantCulture));

    private Dictionary<string, string> Environment() =>
        new()
        {
            [InstanceSweeper.RootVariable] = Root,
            // Not the account's real home: its .bashrc would cost time and put this machine's own PATH before the instance's.
            ["HOME"] = Home,
            ["PATH"] = $"{Root}/usr/local/bin:{Root}/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin",
        };

    /// <summary>The arguments of <see cref="JoinCgroups"/> that run this within the instance's caps.</summary>
    private IEnumerable<string> WithCaps(params string[] command)
    {
        var processFiles = _caps is null ? [] : services.Cgroups.Create(Name, _caps);
        return [processFiles.Count.ToString(CultureInfo.InvariantCulture), .. processFiles, .. command];
    }

    private static IEnumerable<string> As(LocalAccount account) =>
        ["--reuid", account.UserId, "--regid", account.GroupId, "--init-groups", "--"];

    private async Task PrepareAsync(CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(SshDirectory);
        Directory.CreateDirectory(DiskDirectory);
        Directory.CreateDirectory(Home);
        if (services.Image is not null)
            await services.Image.CopyAsync(Root, cancellationToken);
        if (LocalAccounts.Find(admin.UserName) is { IsRoot: false } account)
        {
            var given = await ToolProcess.RunAsync(
                "chown",
                ["-R", "-h", $"{account.UserId}:{account.GroupId}", "--", Home],
                cancellationToken: cancellationToken
            );
            if (given.ExitCode != 0)
                throw new IOException($"{Home} cannot be given to {admin.UserName}: {given.Error.Trim()}");
        }

        var hostKey = Path.Combine(SshDirectory, "ssh_host_ed25519_key");
        if (!File.Exists(hostKey))
        {
            var made = await ToolProcess.RunAsync(
                "ssh-keygen",
                ["-q", "-t", "ed25519", "-N", "", "-C", Name, "-f", hostKey],
                cancellationToken: cancellationToken
            );
            if (made.ExitCode != 0)
                throw new IOException($"ssh-keygen failed: {made.Error.Trim()}");
        }

        var keys = Path.Combine(SshDirectory, "authorized_keys");
        await File.WriteAllLinesAsync(keys, admin.PublicKeys, cancellationToken);
        // An unprivileged session reads its keys as its own user.
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(keys, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        await File.WriteAllTextAsync(
            Configuration,
            $"""
            ListenAddress {Address}
            Port {services.Port}
            HostKey {hostKey}
            PidFile none
            UsePAM no
            StrictModes no
            AllowUsers {admin.UserName}
            PermitRootLogin prohibit-password
            AuthenticationMethods publickey
            PubkeyAuthentication yes
            PasswordAuthentication no
            KbdInteractiveAuthentication no
            AuthorizedKeysFile {keys}
            SetEnv {string.Join(' ', Environment().Select(e => e.Key + "=" + e.Value))}
            UseDNS no
            PrintMotd no
            PrintLastLog no
            MaxStartups 100
            MaxSessions 100
            Subsystem sftp internal-sftp

            """,
            cancellationToken
        );
    }

    private async Task StartSshdAsync(CancellationToken cancellationToken)
    {
        if (RefusesSsh)
            return;
        // The log is a file, not a pipe: sshd outlives a simulator that is killed, and must not stumble over a broken pipe.
        // setsid keeps a Ctrl+C in the terminal from ending it before its sessions are cleaned up.
        var start = new ProcessStartInfo("/bin/sh") { WorkingDirectory = "/", RedirectStandardInput = true };
        string[] sshd = ["setsid", "/usr/sbin/sshd", "-D", "-e", "-f", Configuration];
        foreach (
            var argument in new[] { "-c", "exec </dev/null >>\"$0\" 2>&1; " + JoinCgroups, Path.Combine(Root, "sshd.log") }.Concat(
                WithCaps(sshd)
            )
        )
            start.ArgumentList.Add(argument);
        start.Environment.Clear();
        foreach (var (variable, value) in Environment())
            start.Environment[variable] = value;
        var process = Process.Start(start) ?? throw new IOException("sshd could not be started.");
        var started = services.Time.GetTimestamp();
        while (!await AcceptsAsync(cancellationToken))
        {
            if (process.HasExited || services.Time.GetElapsedTime(started) > StartTimeout)
                throw new IOException(
                    $"sshd of instance {Name} does not listen on {Address}:{services.Port}: {LastLine(Path.Combine(Root, "sshd.log"))}"
                );
            await Task.Delay(TimeSpan.FromMilliseconds(10), services.Time, cancellationToken);
        }
    }

    private async Task<bool> AcceptsAsync(CancellationToken cancellationToken)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(Address, services.Port, cancellationToken);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static string LastLine(string file) => File.Exists(file) ? File.ReadLines(file).LastOrDefault() ?? "no log" : "no log";
}
