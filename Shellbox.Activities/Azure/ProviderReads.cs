using Azure;
using Azure.Core;
using Azure.ResourceManager.Compute;
using Azure.ResourceManager.Resources;

namespace Shellbox.Activities.Azure;

/// <summary>What the resource providers themselves say, for those that must not act on what Resource Graph saw some time ago.</summary>
public sealed class ProviderReads(ArmConnection arm)
{
    /// <summary>The VM; null when there is none.</summary>
    public async Task<VirtualMachineData?> FindVirtualMachineAsync(string resourceId, CancellationToken cancellationToken)
    {
        try
        {
            return (
                await arm
                    .Client.GetVirtualMachineResource(new ResourceIdentifier(resourceId))
                    .GetAsync(cancellationToken: cancellationToken)
            )
                .Value
                .Data;
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            return null;
        }
    }

    /// <summary>The managed disk; null when there is none.</summary>
    public async Task<ManagedDiskData?> FindDiskAsync(string resourceId, CancellationToken cancellationToken)
    {
        try
        {
            return (await arm.Client.GetManagedDiskResource(new ResourceIdentifier(resourceId)).GetAsync(cancellationToken)).Value.Data;
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            return null;
        }
    }

    /// <summary>
    /// The resource's tags as the tags resource has them, which is where they change first; null when there is no such resource.
    /// </summary>
    public async Task<IReadOnlyDictionary<string, string>?> FindTagsAsync(string resourceId, CancellationToken cancellationToken)
    {
        try
        {
            var tags = arm.Client.GetTagResource(TagResource.CreateResourceIdentifier(new ResourceIdentifier(resourceId)));
            return (await tags.GetAsync(cancellationToken)).Value.Data.TagValues.AsReadOnly();
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            return null;
        }
    }

    /// <summary>One page of the group's VMs.</summary>
    public async Task<ProviderPage<VirtualMachineData>> ListVirtualMachinesAsync(string? continuation, CancellationToken cancellationToken)
    {
        await foreach (var page in Group.GetVirtualMachines().GetAllAsync(cancellationToken: cancellationToken).AsPages(continuation))
        {
            return new ProviderPage<VirtualMachineData>([.. page.Values.Select(v => v.Data)], page.ContinuationToken);
        }

        return new ProviderPage<VirtualMachineData>([], null);
    }

    /// <summary>One page of the group's managed disks.</summary>
    public async Task<ProviderPage<ManagedDiskData>> ListDisksAsync(string? continuation, CancellationToken cancellationToken)
    {
        await foreach (var page in Group.GetManagedDisks().GetAllAsync(cancellationToken).AsPages(continuation))
        {
            return new ProviderPage<ManagedDiskData>([.. page.Values.Select(v => v.Data)], page.ContinuationToken);
        }

        return new ProviderPage<ManagedDiskData>([], null);
    }

    private ResourceGroupResource Group =>
        arm.Client.GetResourceGroupResource(ResourceGroupResource.CreateResourceIdentifier(arm.SubscriptionId, arm.ResourceGroupName));
}
