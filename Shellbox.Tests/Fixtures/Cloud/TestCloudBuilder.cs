using System.Globalization;
using Shellbox.Activities.State;
using Shellbox.AzureSimulator;
using Shellbox.AzureSimulator.Fleets;
using Shellbox.LocalCloud;
using Xunit;

namespace Shellbox.Tests.Fixtures;

/// <summary>
/// Says what the cloud of a test has. Unless it says more: one instance, no guest, the user's box <c>dev33</c> on a volume that is
/// detached, and Azure fifty times as fast as it is.
/// </summary>
internal sealed class TestCloudBuilder(AzuriteFixture azurite)
{
    private readonly Dictionary<string, string> _attachments = [];
    private readonly Dictionary<string, string> _settings = new() { ["Shellbox:Connect:FreeInstanceRetry"] = "00:00:00.100" };
    private GuestImageFixture? _guest;
    private int _instances = 1;
    private int? _adopted;
    private string[] _boxes = ["dev33"];
    private int _blankVolumes;
    private double _timeScale = 50;
    private TimeProvider? _time;
    private bool _grows;
    private string? _goldenBox;
    private string _instanceProgram = RepositoryRoot.File("infra", "instance", "shellbox-instance");
    private Func<FunctionExecutionDelegate, FunctionExecutionDelegate>? _middleware;

    /// <summary>What the boxes boot. Without it none does, for there is nothing on the volumes.</summary>
    public TestCloudBuilder Guest(GuestImageFixture guest)
    {
        _guest = guest;
        return this;
    }

    /// <summary>How many instances the pool has: <c>vm-0001</c> and so on.</summary>
    public TestCloudBuilder Instances(int count)
    {
        _instances = count;
        return this;
    }

    /// <summary>What runs on the instances in place of <c>shellbox-instance</c>.</summary>
    public TestCloudBuilder InstanceProgram(string file)
    {
        _instanceProgram = file;
        return this;
    }

    /// <summary>Instances that answer as if a guest ran, without one.</summary>
    public TestCloudBuilder BareInstances() => InstanceProgram(TestCloud.BareInstance);

    /// <summary>The user's boxes, in place of <c>dev33</c>; the volume of <c>dev33</c> is <c>vol-dev33</c>.</summary>
    public TestCloudBuilder Boxes(params string[] names)
    {
        _boxes = names;
        return this;
    }

    public TestCloudBuilder NoBoxes() => Boxes();

    /// <summary>A box's volume is attached to that instance from the start.</summary>
    public TestCloudBuilder Attached(string box, string instance)
    {
        _attachments[box] = instance;
        return this;
    }

    /// <summary>How many instances the adoption of the fleet takes, when it is not all.</summary>
    public TestCloudBuilder Adopted(int instances)
    {
        _adopted = instances;
        return this;
    }

    /// <summary>How many blank volumes the pool has: <c>blank-1</c> and so on.</summary>
    public TestCloudBuilder BlankVolumes(int count)
    {
        _blankVolumes = count;
        return this;
    }

    /// <summary>The box whose volume new blank ones are copies of. Without it the pool makes none.</summary>
    public TestCloudBuilder GoldenVolumeOf(string box)
    {
        _goldenBox = box;
        return this;
    }

    /// <summary>The pool has a template of an instance, so it creates and removes some.</summary>
    public TestCloudBuilder GrowingPool()
    {
        _grows = true;
        return this;
    }

    /// <summary>How many free instances the pool keeps at least and at most, and how many instances it may have in all.</summary>
    public TestCloudBuilder FreeInstances(int minimum, int maximum, int total) =>
        Setting("Shellbox:Pool:FreeInstances:Minimum", $"{minimum}")
            .Setting("Shellbox:Pool:FreeInstances:Maximum", $"{maximum}")
            .Setting("Shellbox:Pool:FreeInstances:Total", $"{total}");

    /// <summary>Simulated seconds in a real one.</summary>
    public TestCloudBuilder TimeScale(double scale)
    {
        _timeScale = scale;
        return this;
    }

    /// <summary>
    /// The clock of the app and of its orchestrations, which are kept in SQLite then. Where the app runs in this process alone.
    /// </summary>
    public TestCloudBuilder Clock(TimeProvider time)
    {
        _time = time;
        return this;
    }

    /// <summary>A setting of the app.</summary>
    public TestCloudBuilder Setting(string name, string value)
    {
        _settings[name] = value;
        return this;
    }

    /// <inheritdoc cref="Setting" />
    public TestCloudBuilder Settings(IEnumerable<KeyValuePair<string, string>> settings)
    {
        foreach (var (name, value) in settings)
            _settings[name] = value;
        return this;
    }

    /// <summary>Host and worker are processes of their own, which can be killed.</summary>
    public TestCloudBuilder HostInOwnProcess() => Setting(AppUnderTest.InOwnProcess, "true");

    /// <summary>Put around every function of the app. Where the app runs in this process alone.</summary>
    public TestCloudBuilder Middleware(Func<FunctionExecutionDelegate, FunctionExecutionDelegate> middleware)
    {
        _middleware = middleware;
        return this;
    }

    /// <summary>Starts all of it and adopts the fleet.</summary>
    public async Task<TestCloud> StartAsync()
    {
        var cancel = TestContext.Current.CancellationToken;
        var image = _guest is null ? null : await _guest.DirectoryAsync();
        var directory = Directory.CreateTempSubdirectory("shellbox-test-").FullName;
        var user = await TestUser.CreateAsync(directory, "user");
        var instanceKey = await TestUser.CreateAsync(directory, "instance");
        var azure = await SimulatedAzure.StartAsync(
            new AzureSimulatorOptions
            {
                TimeScale = _timeScale,
                Instances = InstanceKind.Sshd,
                StateDirectory = Path.Combine(directory, "azure"),
                InstanceImage = CreateInstanceImage(directory, image),
                Fleet = new FleetDescription
                {
                    VirtualMachines = [.. Enumerable.Range(1, _instances).Select(n => VirtualMachine(n, instanceKey))],
                    Disks =
                    [
                        .. _boxes.Select(box => BoxDisk(box, user, image)),
                        .. Enumerable.Range(1, _blankVolumes).Select(n => BlankDisk(n, image)),
                    ],
                },
            },
            cancel
        );

        var storage = azurite.ConnectionString;
        var configuration = Configuration(storage, azure, instanceKey);
        AppUnderTest app;
        try
        {
            app = await StartAppAsync();
        }
        catch
        {
            await azure.DisposeAsync();
            Directory.Delete(directory, recursive: true);
            throw;
        }

        var cloud = new TestCloud(directory, azure, user, StartAppAsync, app) { Storage = storage };
        var report = await cloud.AdoptAsync();
        Assert.Equal(_adopted ?? _instances, (int)report["instances"]!);
        for (var n = 1; n <= _blankVolumes; n++)
            Assert.True(await cloud.Get<VolumeStore>().TryAddBlankAsync(Blank(n), cloud.DiskId(Blank(n)), cancel));
        return cloud;

        Task<AppUnderTest> StartAppAsync() => AppUnderTest.StartAsync(configuration, directory, azure, _time, _middleware, cancel);
    }

    private FleetVirtualMachine VirtualMachine(int number, TestUser instanceKey)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"vm-{number:d4}");
        return new FleetVirtualMachine
        {
            Name = name,
            Tags = new Dictionary<string, string> { ["shellbox:role"] = "instance", ["shellbox:status"] = "free" },
            SshPublicKeys = [instanceKey.PublicKey],
            DataDisks = _attachments
                .Where(a => a.Value == name)
                .Select((a, lun) => (a, lun))
                .ToDictionary(d => d.lun, d => "vol-" + d.a.Key),
        };
    }

    private static FleetDisk BoxDisk(string box, TestUser user, string? image) =>
        new()
        {
            Name = "vol-" + box,
            Tags = new Dictionary<string, string>
            {
                ["shellbox:role"] = "volume",
                ["shellbox:userid"] = user.Id,
                ["shellbox:boxname"] = box,
                ["owner"] = "somebody",
            },
            ContentFile = ContentOf(image),
        };

    private static FleetDisk BlankDisk(int number, string? image) => new() { Name = Blank(number), ContentFile = ContentOf(image) };

    private static string Blank(int number) => string.Create(CultureInfo.InvariantCulture, $"blank-{number}");

    private static string? ContentOf(string? image) => image is null ? null : Path.Combine(image, "volume.raw");

    private Dictionary<string, string> Configuration(string storage, SimulatedAzure azure, TestUser instanceKey) =>
        new LocalAppSettings
        {
            Azure = AppUnderTest.ConnectionOf(azure),
            Storage = storage,
            Durable = _time is null ? DurableProvider.OfRun : DurableStorage.Sqlite,
            InstanceKeyFile = instanceKey.KeyFile,
            InstanceSshPort = azure.Options.InstancePort,
            FunctionKey = TestCloud.FunctionKey,
            AdminKey = TestCloud.AdminKey,
            Timers = false,
            OperationPollInterval = TimeSpan.FromMilliseconds(100),
            Instances = _grows ? new InstanceTemplate(azure.Options.Location, instanceKey.PublicKey) : null,
            Volumes = _goldenBox is null ? null : new VolumeTemplate(azure.Options.Location, "vol-" + _goldenBox),
            Overrides = _settings,
        }.ToConfiguration();

    private string CreateInstanceImage(string directory, string? guestImage)
    {
        var image = Path.Combine(directory, "instance-image");
        var bin = Directory.CreateDirectory(Path.Combine(image, "usr", "local", "bin")).FullName;
        var lib = Directory.CreateDirectory(Path.Combine(image, "usr", "local", "lib", "shellbox")).FullName;
        File.Copy(_instanceProgram, Path.Combine(bin, "shellbox-instance"));
        if (guestImage is null)
            return image;
        foreach (var name in new[] { "vmlinux", "vmlinuz", "initramfs.gz" })
        {
            var file = Path.Combine(guestImage, name);
            if (File.Exists(file))
                File.CreateSymbolicLink(Path.Combine(lib, name), file);
        }

        Directory.CreateSymbolicLink(Path.Combine(lib, "booted-kernel"), Path.Combine(guestImage, "booted-kernel"));
        return image;
    }
}
