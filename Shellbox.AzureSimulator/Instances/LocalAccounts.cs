namespace Shellbox.AzureSimulator.Instances;

/// <summary>The accounts of this machine, which are the only ones sshd can log in to.</summary>
internal static class LocalAccounts
{
    public static LocalAccount? Find(string name) => All().FirstOrDefault(a => a.Name == name);

    public static IEnumerable<LocalAccount> All() =>
        File.ReadLines("/etc/passwd")
            .Select(l => l.Split(':'))
            .Where(f => f.Length == 7)
            // No shell in the entry means /bin/sh (passwd(5)).
            .Select(f => new LocalAccount(f[0], f[2], f[3], f[6].Length == 0 ? "/bin/sh" : f[6]));
}
