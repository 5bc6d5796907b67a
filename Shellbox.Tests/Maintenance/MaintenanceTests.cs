using System.Net.Http.Json;
using Shellbox.Activities.Maintenance;
using Shellbox.Functions.Maintenance;
using Shellbox.Tests.Fixtures;
using Xunit;

namespace Shellbox.Tests.Maintenance;

/// <summary>What nobody asks for any more is deleted.</summary>
[Trait(DurableProvider.Trait, DurableProvider.Both)]
public sealed class MaintenanceTests(AzuriteFixture azurite)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_maintenance_deletes_histories_and_says_how_many()
    {
        await using var cloud = await TestCloud.With(azurite).Instances(0).StartAsync();

        // Nothing negative in the settings of a running app: this is how a test gets everything to be old.
        var old = new MaintenanceOptions { KeepHistories = TimeSpan.FromSeconds(-1), KeepEvents = TimeSpan.FromDays(-2) };
        using var response = await cloud.Management.PostAsJsonAsync(
            $"runtime/webhooks/durabletask/orchestrators/{nameof(MaintenanceOrchestration)}"
                + $"?timeout=120&pollingInterval=1&code={TestCloud.AdminKey}",
            old,
            Cancel
        );

        var report = await response.Content.ReadFromJsonAsync<MaintenanceOrchestration.Report>(Cancel);
        Assert.True(report!.Histories >= 1, $"{report}");
    }
}
