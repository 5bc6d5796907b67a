namespace Shellbox.LocalCloud;

/// <summary>Where the local cloud's files lie: its own in the state directory, what was built beforehand in the repository.</summary>
public sealed record CloudPaths(string RepositoryRoot, string StateDirectory, GuestKind Guest = GuestKind.Small)
{
    private const string Configuration = "Release";

    // Of the state directory.
    public string UserKey => State("keys", "user_ed25519");

    public string InstanceKey => State("keys", "instance_ed25519");

    public string Azurite => State("azurite");

    public string Simulator => State("azure");

    public string SimulatorReadyFile => State("azure.json");

    public string Fleet => State("fleet.json");

    public string InstanceImage => State("instance-image");

    public string FunctionsHost => State("functions-host");

    public string Logs => State("logs");

    public string Lock => State("cloud.lock");

    public string Processes => State("processes.json");

    // Of the repository.
    public string AzuriteScript => Repository("node_modules", "azurite", "dist", "src", "azurite.js");

    public string SimulatorAssembly => Assembly("Shellbox.AzureSimulator");

    /// <summary>What <c>dotnet publish Shellbox.Functions</c> has left: the same as is deployed.</summary>
    public string FunctionsApp => Repository("artifacts", "app");

    public string FunctionsHostAssembly => Assembly("Shellbox.LocalHost");

    /// <summary>The developer's own settings of the app; where there are none, those of the sample.</summary>
    public string FunctionsSettings =>
        Repository("local.settings.json") is var own && File.Exists(own) ? own : Repository("local.settings.sample.json");

    public string InstanceScript => Repository("infra", "instance", "shellbox-instance");

    /// <summary>Unpacked where the build could unpack it, else as the package has it.</summary>
    public string GuestKernel => OfGuest("vmlinux") is var unpacked && File.Exists(unpacked) ? unpacked : OfGuest("vmlinuz");

    public string GuestInitramfs => OfGuest("initramfs.gz");

    /// <summary>Is not there where guest/build.sh could not boot a guest.</summary>
    public string GuestBootedKernel => OfGuest("booted-kernel");

    public string GuestVolume => OfGuest("volume.raw");

    private string OfGuest(string file) => Repository("artifacts", Guest == GuestKind.Debian ? "guest-debian" : "guest", file);

    private string State(params ReadOnlySpan<string> parts) => Path.Combine([StateDirectory, .. parts]);

    private string Repository(params ReadOnlySpan<string> parts) => Path.Combine([RepositoryRoot, .. parts]);

    private string Assembly(string project) => Repository(project, "bin", Configuration, "net10.0", $"{project}.dll");
}
