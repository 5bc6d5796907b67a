using System.Collections.Concurrent;
using Shellbox.LocalCloud;

namespace Shellbox.Tests.Fixtures;

/// <summary>
/// One host for each storage provider, for all tests of this folder: to start one costs more than most tests. So instance ids, gates and
/// lines are a test's own, and what takes in the instances of others (a purge by filter) runs alone.
/// </summary>
internal static class ProviderHosts
{
    private static readonly ConcurrentDictionary<DurableStorage, Lazy<Task<HostedApp>>> Hosts = new();

    public static Task<HostedApp> AppOnAsync(this AzuriteFixture azurite, DurableStorage provider) =>
        Hosts.GetOrAdd(provider, _ => new Lazy<Task<HostedApp>>(() => StartAsync(azurite, provider))).Value;

    private static async Task<HostedApp> StartAsync(AzuriteFixture azurite, DurableStorage provider)
    {
        var app = await HostedApp.StartAsync(
            azurite,
            new Dictionary<string, string>
            {
                [DurableStorageNames.Setting] = DurableStorageNames.InHostJson(provider),

                // An activity waits at its gate for as long as its test takes on a busy machine.
                ["AzureFunctionsJobHost:functionTimeout"] = "00:10:00",
            }
        );
        azurite.EndFirst(app);
        return app;
    }
}
