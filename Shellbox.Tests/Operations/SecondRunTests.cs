using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Shellbox.Activities;
using Shellbox.Activities.Connect;
using Shellbox.Activities.Operations;
using Shellbox.Activities.Release;
using Shellbox.Activities.State;
using Shellbox.Tests.Fixtures;
using Xunit;

namespace Shellbox.Tests.Operations;

/// <summary>
/// Activities of which a second run goes on beside the first, or comes late: after a worker was taken for dead that only was cut off.
/// </summary>
public sealed class SecondRunTests(AzuriteFixture azurite)
{
    private static readonly BoxKey Key = new(new string('a', 32), "dev33");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_runs_of_a_claim_at_once_come_to_one_instance()
    {
        for (var round = 0; round < 10; round++)
        {
            await using var services = await CreateAsync(instances: 6);
            var operation = await ConnectAsync(services);

            var placements = await Task.WhenAll(
                Enumerable.Range(0, 3).Select(_ => ActivatorUtilities.CreateInstance<ClaimInstance>(services).RunAsync(operation, Cancel))
            );

            var placement = Assert.Single(placements.Distinct())!;
            var box = await services.GetRequiredService<BoxStore>().FindAsync(Key, Cancel);
            Assert.Equal(placement.InstanceId, box!.InstanceId);
            var claimed = await services
                .GetRequiredService<InstanceStore>()
                .ListAllAsync(Cancel)
                .Where(i => i.State is InstanceState.Claimed)
                .Select(i => i.Id)
                .ToListAsync(Cancel);
            Assert.Equal([placement.InstanceId], claimed);
        }
    }

    [Fact]
    public async Task Leaving_an_instance_once_more_changes_nothing_when_the_box_is_placed_anew()
    {
        await using var services = await CreateAsync(instances: 2);
        var (boxes, volumes) = (services.GetRequiredService<BoxStore>(), services.GetRequiredService<VolumeStore>());
        var operation = await ConnectAsync(services);
        var claim = ActivatorUtilities.CreateInstance<ClaimInstance>(services);
        var leave = ActivatorUtilities.CreateInstance<LeaveInstance>(services);
        var dead = await claim.RunAsync(operation, Cancel);
        await volumes.RecordAttachmentAsync("vol-1", dead!.InstanceId, operation.Epoch, Cancel);
        var leaving = new LeaveInstance.Input(operation, dead.InstanceId, "vol-1", "It does not answer.");
        await leave.RunAsync(leaving, Cancel);
        Assert.Null((await volumes.FindAsync("vol-1", Cancel))!.AttachedTo);
        var next = await claim.RunAsync(operation, Cancel);
        await volumes.RecordAttachmentAsync("vol-1", next!.InstanceId, operation.Epoch, Cancel);

        await leave.RunAsync(leaving, Cancel);

        Assert.NotEqual(dead.InstanceId, next.InstanceId);
        Assert.Equal(next.InstanceId, (await boxes.FindAsync(Key, Cancel))!.InstanceId);
        Assert.Equal(next.InstanceId, (await volumes.FindAsync("vol-1", Cancel))!.AttachedTo);
    }

    [Fact]
    public async Task An_attach_that_comes_late_leaves_an_instance_alone_on_which_the_box_is_no_longer_placed()
    {
        await using var services = await CreateAsync(instances: 2);
        var operation = await ConnectAsync(services);
        var placement = await ActivatorUtilities.CreateInstance<ClaimInstance>(services).RunAsync(operation, Cancel);
        var left = placement!.InstanceId == "vm-0" ? "vm-1" : "vm-0";
        var elsewhere = placement with { InstanceId = left, ResourceId = "/" + left };

        await Assert.ThrowsAsync<StepFailedException>(() =>
            ActivatorUtilities
                .CreateInstance<UpdateAndAttach>(services)
                .RunAsync(new UpdateAndAttach.Input(operation, elsewhere, new BoxVolume("vol-1", "/vol-1", null)), Cancel)
        );

        Assert.Null((await services.GetRequiredService<VolumeStore>().FindAsync("vol-1", Cancel))!.AttachedTo);
    }

    private static async Task<BoxOperation> ConnectAsync(IServiceProvider services)
    {
        var decision = await services
            .GetRequiredService<BoxStore>()
            .DecideConnectAsync(Key, new ConnectCommand("op", "session", "key"), Cancel);
        return new BoxOperation(Key, "op", decision.Epoch);
    }

    private async Task<ServiceProvider> CreateAsync(int instances)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(
                new Dictionary<string, string?>
                {
                    ["AzureWebJobsStorage"] = azurite.ConnectionString,
                    ["Shellbox:Azure:SubscriptionId"] = "00000000-0000-0000-0000-000000000001",
                    ["Shellbox:Azure:ResourceGroup"] = "group",
                    ["Shellbox:Instance:PrivateKey"] = "none",
                }
            )
            .Build();
        var services = new ServiceCollection().AddLogging().AddShellbox(configuration).BuildServiceProvider();
        await ActivatorUtilities.CreateInstance<StorageSetup>(services).StartAsync(Cancel);
        Assert.True(await services.GetRequiredService<BoxStore>().TryAddAsync(Key, "vol-1", Cancel));
        Assert.True(await services.GetRequiredService<VolumeStore>().TryAddAsync("vol-1", "/vol-1", Key, null, Cancel));
        var store = services.GetRequiredService<InstanceStore>();
        for (var i = 0; i < instances; i++)
            Assert.True(await store.TryAddAsync($"vm-{i}", $"/vm-{i}", "127.0.0.1", "fingerprint", Cancel));
        return services;
    }
}
