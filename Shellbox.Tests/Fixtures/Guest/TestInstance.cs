using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Shellbox.Contracts.Agent;
using Xunit;

namespace Shellbox.Tests.Fixtures;

/// <summary>
/// An instance as infra/instance/shellbox-instance sees it: a root folder of its own with the guest installed, a loopback address, and
/// volumes that can be attached and detached. Ends what it started and unmounts what it mounted.
/// </summary>
internal sealed class TestInstance : IAsyncDisposable
{
    public const string BoxName = "dev33";
    public const string Box = "vol-" + BoxName;
    public const int Port = 2222;

    private static int _count;
    private readonly DirectoryInfo _folder;
    private readonly CancellationToken _cancellation;

    private TestInstance(DirectoryInfo folder, CancellationToken cancellation)
    {
        _folder = folder;
        _cancellation = cancellation;
        // Long enough that no socket below it could be named by its whole path.
        Root = Path.Combine(folder.FullName, new string('r', 100));
        // Loopback addresses are plenty: one for each instance of each test process.
        Address = string.Create(
            CultureInfo.InvariantCulture,
            $"127.{128 + Interlocked.Increment(ref _count) % 100}.{Environment.ProcessId / 250 % 250}.{1 + Environment.ProcessId % 250}"
        );
    }

    public string Root { get; }

    public string Address { get; }

    public string RunDirectory => Path.Combine(Root, "run/shellbox", Box);

    public string MountPoint => Path.Combine(Root, "mnt/shellbox", Box);

    public string VolumePath => Path.Combine(_folder.FullName, "volume.raw");

    private string DevicePath => Path.Combine(Root, "dev/disk/azure/scsi1/lun0");

    public static async Task<TestInstance> CreateAsync(GuestImageFixture guest, bool withVolume = true)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "an instance mounts volumes, which takes root");
        return await CreateAsync(await guest.DirectoryAsync(), withVolume);
    }

    /// <summary>An instance with the full guest, which no test builds: that takes minutes.</summary>
    public static Task<TestInstance> CreateDebianAsync()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "an instance mounts volumes, which takes root");
        var image = RepositoryRoot.File("artifacts", "guest-debian");
        Assert.SkipUnless(
            File.Exists(Path.Combine(image, "manifest.json")),
            "the Debian guest is not built; guest/build.sh --guest debian artifacts/guest-debian builds it"
        );
        return CreateAsync(image, withVolume: true);
    }

    private static async Task<TestInstance> CreateAsync(string image, bool withVolume)
    {
        var cancellation = TestContext.Current.CancellationToken;
        var instance = new TestInstance(Directory.CreateTempSubdirectory("shellbox-instance-"), cancellation);
        Directory.CreateDirectory(Path.GetDirectoryName(instance.DevicePath)!);
        Directory.CreateDirectory(Path.Combine(instance.Root, "usr/local/lib"));
        File.CreateSymbolicLink(Path.Combine(instance.Root, "usr/local/lib/shellbox"), image);
        if (withVolume)
        {
            string[] copy = ["--sparse=always", Path.Combine(image, "volume.raw"), instance.VolumePath];
            (await ProgramRun.OfAsync("cp", copy, cancellation: cancellation)).Succeeded();
            instance.Attach();
        }

        return instance;
    }

    /// <summary>
    /// Gives the instance kernel and initramfs in a folder of its own, without a booted kernel, instead of the one that all share.
    /// </summary>
    public string UseOwnGuestFiles()
    {
        var files = Path.Combine(Root, "usr/local/lib/shellbox");
        var image = new FileInfo(files).LinkTarget!;
        File.Delete(files);
        Directory.CreateDirectory(files);
        foreach (var file in Directory.EnumerateFiles(image, "vmlinu?").Append(Path.Combine(image, "initramfs.gz")))
            File.CreateSymbolicLink(Path.Combine(files, Path.GetFileName(file)), file);
        return Path.Combine(files, "booted-kernel");
    }

    /// <summary>Makes the volume appear at LUN 0.</summary>
    public void Attach() => File.CreateSymbolicLink(DevicePath, VolumePath);

    /// <summary>Changes the manifest of the saved state on the volume, which must not be mounted.</summary>
    public Task ChangeManifestAsync(Action<JsonObject> change) =>
        ChangeOnVolumeAsync(
            "saved/manifest.json",
            content =>
            {
                var manifest = JsonNode.Parse(content)!.AsObject();
                change(manifest);
                return JsonSerializer.SerializeToUtf8Bytes(manifest);
            }
        );

    /// <summary>Changes volume.json on the volume, which must not be mounted.</summary>
    public Task ChangeLayoutAsync(Action<JsonObject> change) =>
        ChangeOnVolumeAsync(
            "volume.json",
            content =>
            {
                var layout = JsonNode.Parse(content)!.AsObject();
                change(layout);
                return JsonSerializer.SerializeToUtf8Bytes(layout);
            }
        );

    /// <summary>Makes the state of the saved devices unreadable to QEMU, with its size unchanged.</summary>
    public Task SpoilDeviceStateAsync() => ChangeOnVolumeAsync("saved/device", content => new byte[content.Length]);

    private async Task ChangeOnVolumeAsync(string path, Func<byte[], byte[]> change)
    {
        var file = Path.Combine(_folder.FullName, Path.GetRandomFileName());
        await DebugFsAsync($"dump {path} {file}");
        await File.WriteAllBytesAsync(file, change(await File.ReadAllBytesAsync(file, _cancellation)), _cancellation);
        await DebugFsAsync($"rm {path}");
        await DebugFsAsync($"write {file} {path}");

        async Task DebugFsAsync(string command) =>
            (await ProgramRun.OfAsync("/usr/sbin/debugfs", ["-w", "-R", command, VolumePath], cancellation: _cancellation)).Succeeded();
    }

    /// <summary>Makes the volume disappear.</summary>
    public void Detach() => File.Delete(DevicePath);

    public Task<SshKey> CreateKeyAsync(string name = "key") => SshKey.CreateAsync(_folder.FullName, name, _cancellation);

    /// <summary>A whole, valid request of the verb start.</summary>
    /// <param name="key">Whose box it is.</param>
    /// <param name="epoch">The operation's epoch.</param>
    /// <param name="memoryMiB">The golden state was saved with 256 MiB: a guest of another size boots.</param>
    public static JsonObject StartRequest(SshKey? key, long epoch = 1, int memoryMiB = 128) =>
        new()
        {
            ["protocol"] = AgentProtocol.Version,
            ["box"] = Box,
            ["hostName"] = BoxName,
            ["epoch"] = epoch,
            ["operationId"] = "operation-1",
            ["lun"] = 0,
            ["port"] = Port,
            ["memoryMiB"] = memoryMiB,
            ["authorizedKeys"] = key is null ? null : new JsonArray(key.AuthorizedKey),
            ["keySet"] = 1,
            ["deviceTimeoutSeconds"] = 20,
            ["bootTimeoutSeconds"] = 120,
        };

    public Task<JsonElement> StartAsync(SshKey? key, long epoch = 1, int memoryMiB = 128) =>
        AnswerAsync("start", StartRequest(key, epoch, memoryMiB));

    public Task<JsonElement> ContinueAsync(SshKey? key, long epoch = 1)
    {
        var request = StartRequest(key, epoch);
        foreach (var field in new[] { "lun", "port", "memoryMiB", "deviceTimeoutSeconds" })
            request.Remove(field);
        return AnswerAsync("continue", request);
    }

    public Task<JsonElement> PauseAsync(long epoch = 1) => AnswerAsync("pause", EndRequest(epoch));

    public Task<JsonElement> SaveAsync(long epoch = 1) => AnswerAsync("save", EndRequest(epoch));

    public Task<JsonElement> StopAsync(long epoch = 1) => AnswerAsync("stop", EndRequest(epoch));

    /// <summary>A whole, valid request of the verbs pause, save and stop.</summary>
    public static JsonObject EndRequest(long epoch = 1) =>
        new()
        {
            ["protocol"] = AgentProtocol.Version,
            ["box"] = Box,
            ["epoch"] = epoch,
            ["operationId"] = "operation-2",
            ["timeoutSeconds"] = 20,
        };

    public async Task<JsonElement> StatusAsync() => (await AnswerAsync("status", new JsonObject { ["box"] = Box })).GetProperty("boxes")[0];

    /// <summary>The answer of a verb, which is one JSON object whether it worked or not.</summary>
    public async Task<JsonElement> AnswerAsync(string verb, JsonNode request, IReadOnlyDictionary<string, string>? environment = null)
    {
        var run = await RunAsync(verb, request.ToJsonString(), environment: environment);
        return JsonDocument.Parse(run.Succeeded()).RootElement;
    }

    public Task<ProgramRun> RunAsync(
        string verb,
        string input,
        IReadOnlyDictionary<string, string>? environment = null,
        Action<Process>? started = null
    )
    {
        var variables = new Dictionary<string, string>(environment ?? new Dictionary<string, string>())
        {
            ["INSTANCE_ROOT"] = Root,
            ["SHELLBOX_ADDRESS"] = Address,
            ["SSH_CONNECTION"] = "",
        };
        return ProgramRun.OfAsync(
            RepositoryRoot.File("infra", "instance", "shellbox-instance"),
            [verb],
            input,
            variables,
            started,
            _cancellation
        );
    }

    /// <summary>Runs a command in the guest over real SSH, trusting no host key but the one that the answer of start names.</summary>
    public Task<ProgramRun> SshAsync(SshKey key, JsonElement answer, string command) =>
        key.RunAsync(
            new SshServer(
                answer.GetProperty("address").GetString()!,
                answer.GetProperty("port").GetInt32(),
                "root",
                answer.GetProperty("hostKey").GetString()
            ),
            command,
            _cancellation
        );

    /// <summary>The process of the box's QEMU, or null.</summary>
    public int? QemuProcessId()
    {
        foreach (var process in Directory.EnumerateDirectories("/proc").Where(path => char.IsAsciiDigit(Path.GetFileName(path)[0])))
        {
            try
            {
                // A process that has ended but was not waited for yet has no working directory any more.
                if (
                    new FileInfo(Path.Combine(process, "cwd")).LinkTarget == RunDirectory
                    && File.ReadAllText(Path.Combine(process, "comm")).StartsWith("qemu-system", StringComparison.Ordinal)
                )
                    return int.Parse(Path.GetFileName(process), CultureInfo.InvariantCulture);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // It ended meanwhile.
            }
        }

        return null;
    }

    public bool IsMounted() => File.ReadLines("/proc/self/mountinfo").Any(line => line.Split(' ')[4] == MountPoint);

    public bool HasLoopDevice() =>
        Directory
            .EnumerateDirectories("/sys/block", "loop*")
            .Any(device =>
            {
                try
                {
                    return File.ReadAllText(Path.Combine(device, "loop/backing_file")).Trim() == VolumePath;
                }
                catch (IOException)
                {
                    return false;
                }
            });

    public void KillQemu() => KillNow(QemuProcessId() ?? throw new InvalidOperationException("QEMU does not run"));

    public async ValueTask DisposeAsync()
    {
        if (QemuProcessId() is { } pid)
            KillNow(pid);
        if (IsMounted())
            await ProgramRun.OfAsync("umount", ["--lazy", MountPoint]);
        _folder.Delete(recursive: true);
    }

    private static void KillNow(int pid)
    {
        using var process = Process.GetProcessById(pid);
        process.Kill();
    }
}
