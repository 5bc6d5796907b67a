using Azure;
using Azure.Core;
using Microsoft.Extensions.Options;
using Shellbox.Activities;
using Shellbox.Activities.Azure;
using Shellbox.Activities.Operations;
using Shellbox.Activities.State;
using Shellbox.AzureSimulator;
using Shellbox.AzureSimulator.Fleets;
using Shellbox.Tests.Fixtures;
using Xunit;

namespace Shellbox.Tests.Azure;

/// <summary>The ARM side of the activities, with the real SDK clients against the simulator.</summary>
public sealed class ComputeInstancesTests
{
    private static readonly Dictionary<string, string> Tags = new() { [ShellboxTags.Role] = "instance", [ShellboxTags.Status] = "claimed" };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task One_PATCH_attaches_and_tags_and_a_second_call_finds_it_done()
    {
        await using var azure = await StartAsync();
        var (compute, placement, disk) = Connect(azure);

        var operation = await compute.BeginAttachAsync(placement, disk, Tags, Cancel);
        var second = await compute.BeginAttachAsync(placement, disk, Tags, Cancel);

        Assert.NotNull(operation);
        Assert.Null(second);
        var update = Assert.Single(azure.Requests, r => r.Operation == "VirtualMachines_Update");
        Assert.Contains("\"shellbox:status\":\"claimed\"", update.Body, StringComparison.Ordinal);
        Assert.Contains("\"owner\":\"somebody\"", update.Body, StringComparison.Ordinal);
        Assert.Contains("vol-dev33", update.Body, StringComparison.Ordinal);
        Assert.True((await EndAsync(compute, operation)).Succeeded);
        Assert.Equal("vm-0001", (await compute.GetDiskHolderAsync(disk, Cancel))?.Name);
    }

    [Fact]
    public async Task A_detach_leaves_the_disk_to_others_when_the_disk_itself_says_so()
    {
        await using var azure = await StartAsync();
        var (compute, placement, disk) = Connect(azure);
        await EndAsync(compute, (await compute.BeginAttachAsync(placement, disk, Tags, Cancel))!);

        var operation = await compute.BeginDetachAsync(placement.ResourceId, disk, Tags, Cancel);

        Assert.True((await EndAsync(compute, operation!)).Succeeded);
        Assert.Empty(await compute.GetDataDisksAsync(placement.ResourceId, Cancel));
        Assert.Null(await compute.GetDiskHolderAsync(disk, Cancel));
        Assert.Null(await compute.BeginDetachAsync(placement.ResourceId, disk, Tags, Cancel));
    }

    [Fact]
    public async Task While_another_operation_runs_on_the_VM_a_change_is_answered_with_a_conflict_that_may_be_tried_again()
    {
        await using var azure = await StartAsync();
        var (compute, placement, disk) = Connect(azure);
        await compute.BeginAttachAsync(placement, disk, Tags, Cancel);

        var refused = await Assert.ThrowsAsync<RequestFailedException>(() =>
            compute.BeginDetachAsync(placement.ResourceId, disk, Tags, Cancel)
        );

        Assert.Equal(409, refused.Status);
    }

    [Fact]
    public async Task A_disk_that_does_not_exist_is_a_failed_step_and_not_tried_again()
    {
        await using var azure = await StartAsync();
        var (compute, placement, disk) = Connect(azure);

        var failed = await Assert.ThrowsAsync<StepFailedException>(() =>
            compute.BeginAttachAsync(placement, new ResourceIdentifier(disk + "-gone"), Tags, Cancel)
        );

        Assert.Contains("vm-0001", failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_certificate_than_the_pinned_one_is_refused()
    {
        await using var azure = await StartAsync();
        var (compute, placement, _) = Connect(azure, thumbprint: new string('0', 64));

        await Assert.ThrowsAnyAsync<Exception>(() => compute.GetDataDisksAsync(placement.ResourceId, Cancel));

        Assert.Empty(azure.Requests);
    }

    private static Task<OperationState> EndAsync(ComputeInstances compute, Uri operation) =>
        Wait.UntilAsync(() => compute.GetOperationAsync(operation, Cancel), state => state.Ended, "the operation has ended");

    private static Task<SimulatedAzure> StartAsync() =>
        SimulatedAzure.StartAsync(
            new AzureSimulatorOptions
            {
                TimeScale = 100,
                Fleet = new FleetDescription
                {
                    VirtualMachines =
                    [
                        new FleetVirtualMachine
                        {
                            Name = "vm-0001",
                            Tags = new Dictionary<string, string> { ["owner"] = "somebody" },
                        },
                    ],
                    Disks = [new FleetDisk { Name = "vol-dev33" }],
                },
            },
            Cancel
        );

    private static (ComputeInstances Compute, Placement Placement, ResourceIdentifier Disk) Connect(
        SimulatedAzure azure,
        string? thumbprint = null
    )
    {
        var options = new ShellboxOptions
        {
            Azure =
            {
                ArmEndpoint = azure.ArmEndpoint,
                Audience = azure.Audience,
                CertificateThumbprint = thumbprint ?? azure.CertificateThumbprint,
                SubscriptionId = azure.SubscriptionId,
                ResourceGroup = azure.ResourceGroup,
            },
        };
        var compute = new ComputeInstances(new ArmConnection(Options.Create(options), azure.CreateCredential()));
        var group = $"/subscriptions/{azure.SubscriptionId}/resourceGroups/{azure.ResourceGroup}/providers/Microsoft.Compute";
        return (
            compute,
            new Placement("vm-0001", "127.0.0.1", "", $"{group}/virtualMachines/vm-0001", 0),
            new ResourceIdentifier($"{group}/disks/vol-dev33")
        );
    }
}
