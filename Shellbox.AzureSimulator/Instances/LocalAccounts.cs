namespace Shellbox.AzureSimulator.Instances;

/// <summary>The accounts of this machine, which are the only ones sshd can log in to.</summary>
internal static class LocalAccounts
{
    public static bool Exist(string name) => File.ReadLines("/etc/passwd").Any(l => l.StartsWith(name + ":", StringComparison.Ordinal));
}
