using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.Logging;

namespace Shellbox.AzureSimulator.Instances;

/// <summary>Instances that run sshd, below one state directory.</summary>
internal sealed class SshdInstanceHost : IInstanceHost
{
    private readonly ConcurrentDictionary<string, SshdInstance> _instances = new(StringComparer.OrdinalIgnoreCase);
    private readonly LoopbackAddresses _addresses;
    private readonly StateDirectory _state;
    private readonly SshdInstanceServices _services;

    private SshdInstanceHost(StateDirectory state, SshdInstanceServices services)
    {
        _state = state;
        _services = services;
        _addresses = new LoopbackAddresses(services.Port);
    }

    public IReadOnlyDictionary<string, SshdInstance> Instances => _instances;

    /// <summary>Checks the machine and cleans up after an earlier run on the same directory.</summary>
    /// <exception cref="SimulatorStartException">The machine cannot run instances; the message names the remedy.</exception>
    public static async Task<SshdInstanceHost> StartAsync(StateDirectory state, string? image, int port, TimeProvider time, ILogger logger)
    {
        CheckMachine();
        var opened = InstanceImage.Open(image);
        var sweeper = new InstanceSweeper(logger);
        await state.CleanUpAsync(sweeper);
        var cgroups = await InstanceCgroups.OpenAsync(state.Root, logger);
        // sshd's unprivileged half lives there; Debian makes it at boot only.
        Directory.CreateDirectory("/run/sshd");
        return new SshdInstanceHost(
            state,
            new SshdInstanceServices
            {
                Port = port,
                Image = opened,
                Sweeper = sweeper,
                Cgroups = cgroups,
                Time = time,
                Logger = logger,
            }
        );
    }

    public IPAddress TakeAddress() => _addresses.Take();

    public void ReturnAddress(IPAddress address) => _addresses.Return(address);

    public IInstance Create(string name, IPAddress address, string adminUsername, IReadOnlyList<string> publicKeys)
    {
        var account = new SshdAccount(adminUsername, publicKeys);
        var instance = new SshdInstance(name, Path.Combine(_state.Instances, name), address, account, _services);
        _instances[name] = instance;
        return instance;
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_instances.Values.Select(i => _services.Sweeper.SweepAsync(i.Name, i.Root)));
        await _services.Cgroups.RemoveAllAsync();
        await _state.CleanUpAsync(_services.Sweeper);
        _addresses.Dispose();
    }

    private static void CheckMachine()
    {
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess)
            throw new SimulatorStartException(
                "Instances with sshd need root on Linux (for sshd, loop devices and mounts): run this as root, or choose --instances none."
            );
        if (!File.Exists("/usr/sbin/sshd"))
            throw new SimulatorStartException(
                "Instances with sshd need OpenSSH's server, and /usr/sbin/sshd is missing: run 'apt-get install openssh-server', "
                    + "or choose --instances none."
            );
        if (!File.Exists("/usr/bin/ssh-keygen"))
            throw new SimulatorStartException(
                "Instances with sshd need ssh-keygen: run 'apt-get install openssh-client', or choose --instances none."
            );
    }
}
