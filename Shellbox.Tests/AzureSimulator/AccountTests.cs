using System.Globalization;
using Shellbox.AzureSimulator;
using Shellbox.AzureSimulator.Fleets;
using Shellbox.AzureSimulator.Instances;
using Shellbox.Tests.Fixtures;
using Xunit;

namespace Shellbox.Tests.AzureSimulator;

/// <summary>Whom an instance lets log in: the accounts of this machine.</summary>
public sealed class AccountTests
{
    [Fact]
    public async Task An_account_without_root_logs_in_and_has_a_home_of_its_own()
    {
        foreach (var account in LocalAccounts.All().Where(a => a is { IsRoot: false, HasLoginShell: true }).Select(a => a.Name))
        {
            if (await LogsInAsync(account))
                return;
        }

        // A machine without people, as those of a CI are.
        var own = string.Create(CultureInfo.InvariantCulture, $"shellbox-{Environment.ProcessId}");
        (
            await ProgramRun.OfAsync(
                "useradd",
                ["--no-create-home", "--shell", "/bin/sh", "--password", "*", own],
                cancellation: TestAzure.Cancel
            )
        ).Succeeded();
        try
        {
            Assert.True(await LogsInAsync(own), $"the account '{own}' is locked");
        }
        finally
        {
            // Also when the test is cancelled.
            (await ProgramRun.OfAsync("userdel", [own], cancellation: CancellationToken.None)).Succeeded();
        }
    }

    /// <returns>Whether sshd lets the account in at all: it does not where the machine has locked it.</returns>
    private static async Task<bool> LogsInAsync(string account)
    {
        using var directory = new TemporaryFolder();
        var login = await SshKey.CreateAsync(directory.Path, "key", TestAzure.Cancel);

        // Only its owner may enter a temporary directory.
        var refused = await Assert.ThrowsAsync<SimulatorStartException>(() => StartAsync(directory, account, login.PublicKey));
        Assert.Contains($"the account '{account}' may not enter", refused.Message, StringComparison.Ordinal);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(directory.Path, (UnixFileMode)0b111_101_101);

        await using var azure = await StartAsync(directory, account, login.PublicKey);
        var run = await azure.SshAsync(login, "vm", "id -un; cd && pwd && touch here && test -O . && echo mine", account);

        var root = azure.Simulator.InstanceRoot("vm")!;
        var log = await File.ReadAllTextAsync(Path.Combine(root, "sshd.log"), TestAzure.Cancel);
        if (log.Contains("account is locked", StringComparison.Ordinal))
            return false;
        Assert.True(run.ExitCode == 0, run.Error + log);
        Assert.Equal($"{account}\n{root}/root\nmine\n", run.Output);
        return true;
    }

    [Fact]
    public async Task Accounts_that_do_not_exist_or_have_no_shell_are_refused_before_anything_starts()
    {
        using var directory = new TemporaryFolder();
        var shellless = LocalAccounts.All().First(a => Path.GetFileName(a.Shell) == "nologin");

        var missing = await Assert.ThrowsAsync<SimulatorStartException>(() => StartAsync(directory, "nobody-of-this-name"));
        var refused = await Assert.ThrowsAsync<SimulatorStartException>(() => StartAsync(directory, shellless.Name));

        Assert.Contains("the account 'nobody-of-this-name' does not exist on this machine", missing.Message, StringComparison.Ordinal);
        Assert.Contains($"the account '{shellless.Name}' has the shell {shellless.Shell}", refused.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(directory.Path, "instances")));
    }

    private static Task<TestAzure> StartAsync(TemporaryFolder directory, string account, params string[] keys) =>
        TestAzure.StartAsync(
            new FleetDescription
            {
                VirtualMachines =
                [
                    new FleetVirtualMachine
                    {
                        Name = "vm",
                        AdminUsername = account,
                        SshPublicKeys = keys,
                    },
                ],
            },
            new AzureSimulatorOptions
            {
                TimeScale = 1000,
                Throttling = false,
                Instances = InstanceKind.Sshd,
                StateDirectory = directory.Path,
            }
        );
}
