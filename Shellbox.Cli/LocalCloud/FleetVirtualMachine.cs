namespace Shellbox.Cli.LocalCloud;

internal sealed record FleetVirtualMachine(
    string Name,
    IReadOnlyDictionary<string, string> Tags,
    string AdminUsername,
    IReadOnlyList<string> SshPublicKeys,
    string VmSize
);
