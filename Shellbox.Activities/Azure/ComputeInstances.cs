using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Azure;
using Azure.Core;
using Azure.ResourceManager.Compute;
using Azure.ResourceManager.Compute.Models;
using Azure.ResourceManager.Resources;
using Shellbox.Activities.Connect;
using Shellbox.Activities.Instances;
using Shellbox.Activities.Operations;
using Shellbox.Activities.State;

namespace Shellbox.Activities.Azure;

/// <summary>The instances as ARM shows them: Azure VMs and their data disks.</summary>
public sealed partial class ComputeInstances(ArmConnection arm)
{
    /// <summary>
    /// Attaches the volume and sets the instance's tags in one PATCH, begun without waiting for its end. Both are a full replacement in
    /// ARM (<c>dataDisks</c> is read-modify-write), so the PATCH carries the etag of what was read.
    /// </summary>
    /// <returns>The URL of the operation's state, or null when the disk is attached already.</returns>
    /// <exception cref="InstanceGoneException">There is no such VM any more.</exception>
    /// <exception cref="RequestFailedException">As ARM answered; 409 and 412 mean: later again.</exception>
    public async Task<Uri?> BeginAttachAsync(
        Placement placement,
        ResourceIdentifier disk,
        IReadOnlyDictionary<string, string> tags,
        CancellationToken cancellationToken
    )
    {
        if (await FindAsync(placement.ResourceId, cancellationToken) is not var (vm, etag))
            throw new InstanceGoneException($"The VM of instance {placement.InstanceId} is gone.");
        var disks = vm.Data.StorageProfile?.DataDisks ?? [];
        var present = disks.FirstOrDefault(d => SameResource(d.ManagedDisk?.Id, disk));
        if (present is not null)
        {
            return present.Lun == placement.Lun
                ? null
                : throw new StepFailedException(
                    $"The volume is attached to {placement.InstanceId} at LUN {present.Lun}, not {placement.Lun}; disconnect "
                        + $"the box and connect again."
                );
        }

        if (disks.FirstOrDefault(d => d.Lun == placement.Lun) is { } other)
        {
            throw new StepFailedException(
                $"LUN {placement.Lun} of {placement.InstanceId} holds another disk ({other.ManagedDisk?.Id?.Name})."
            );
        }

        var attached = new VirtualMachineDataDisk(placement.Lun, DiskCreateOptionType.Attach)
        {
            ManagedDisk = new VirtualMachineManagedDisk { Id = disk },
            Caching = CachingType.None,
        };
        return await BeginPatchAsync(vm, etag, disks.Append(attached), tags, cancellationToken);
    }

    /// <summary>
    /// Takes the volume off and sets the instance's tags, in one PATCH; null when the disk is off already, or the VM is gone.
    /// </summary>
    /// <exception cref="RequestFailedException">As ARM answered; 409 and 412 mean: later again.</exception>
    public async Task<Uri?> BeginDetachAsync(
        string vmResourceId,
        ResourceIdentifier disk,
        IReadOnlyDictionary<string, string> tags,
        CancellationToken cancellationToken
    )
    {
        if (await FindAsync(vmResourceId, cancellationToken) is not var (vm, etag))
            return null;
        var disks = vm.Data.StorageProfile?.DataDisks ?? [];
        return disks.Any(d => SameResource(d.ManagedDisk?.Id, disk))
            ? await BeginPatchAsync(vm, etag, disks.Where(d => !SameResource(d.ManagedDisk?.Id, disk)), tags, cancellationToken)
            : null;
    }

    /// <summary>The disks that the VM's model names: what is attached, or about to be.</summary>
    public async Task<IReadOnlyList<string>> GetDataDisksAsync(string vmResourceId, CancellationToken cancellationToken)
    {
        var (vm, _) = await GetAsync(vmResourceId, cancellationToken);
        return [.. (vm.Data.StorageProfile?.DataDisks ?? []).Select(d => d.ManagedDisk?.Id?.Name ?? d.Name)];
    }

    /// <summary>The VM that the disk is attached to, by the disk's own account; null when detached.</summary>
    public async Task<ResourceIdentifier?> GetDiskHolderAsync(ResourceIdentifier disk, CancellationToken cancellationToken)
    {
        var response = await arm.Client.GetManagedDiskResource(disk).GetAsync(cancellationToken);
        return response.Value.Data.ManagedBy;
    }

    /// <summary>
    /// The VM that has the disk when it is not the given one; null when none has, or when it is on its way off there: the VM's model names
    /// it no longer then, and the disk itself still does. A VM that may not be read has it.
    /// </summary>
    public async Task<ResourceIdentifier?> FindOtherHolderAsync(
        ResourceIdentifier disk,
        string? vmResourceId,
        CancellationToken cancellationToken
    )
    {
        if (await GetDiskHolderAsync(disk, cancellationToken) is not { } holder)
            return null;
        if (vmResourceId is not null && SameResource(holder, new ResourceIdentifier(vmResourceId)))
            return null;
        if (holder.ResourceType != VirtualMachineResource.ResourceType)
            return holder;
        try
        {
            return
                await FindAsync(holder.ToString(), cancellationToken) is var (vm, _)
                && vm.Data.StorageProfile?.DataDisks.Any(d => SameResource(d.ManagedDisk?.Id, disk) && d.ToBeDetached is not true) is true
                ? holder
                : null;
        }
        catch (RequestFailedException e) when (e.Status == 403)
        {
            return holder;
        }
    }

    /// <summary>Begins the deletion of a disk, without waiting for its end; a disk that is gone already is said to be.</summary>
    /// <returns>Whether the disk is gone, and else the URL of the operation's state where ARM gave one.</returns>
    /// <exception cref="VolumeHeldException">The disk is attached: that is for the caller to see to, never to be overridden.</exception>
    /// <exception cref="RequestFailedException">As ARM answered; 409 means: later again.</exception>
    public async Task<(bool Gone, Uri? Operation)> BeginDeleteDiskAsync(ResourceIdentifier disk, CancellationToken cancellationToken)
    {
        var resource = arm.Client.GetManagedDiskResource(disk);
        try
        {
            // Not only the state: that still says 'Unattached' while an attach is under way (kubernetes#82714).
            var data = (await resource.GetAsync(cancellationToken)).Value.Data;
            if (data.ManagedBy is { } holder)
                throw new VolumeHeldException($"The disk {disk.Name} is attached to {holder.Name}; it is not deleted.");
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            return (true, null);
        }

        try
        {
            var operation = await resource.DeleteAsync(WaitUntil.Started, cancellationToken);
            return (false, operation.GetRawResponse().Headers.TryGetValue("Azure-AsyncOperation", out var url) ? new Uri(url) : null);
        }
        catch (RequestFailedException e) when (IsFinal(e))
        {
            throw Final(e, $"delete the disk {disk.Name}");
        }
    }

    public IAsyncEnumerable<VirtualMachineResource> ListAsync(CancellationToken cancellationToken) =>
        ResourceGroup.GetVirtualMachines().GetAllAsync(cancellationToken: cancellationToken);

    public IAsyncEnumerable<ManagedDiskResource> ListDisksAsync(CancellationToken cancellationToken) =>
        ResourceGroup.GetManagedDisks().GetAllAsync(cancellationToken);

    /// <summary>The private address of the VM's first network interface.</summary>
    public async Task<string> GetAddressAsync(VirtualMachineData vm, CancellationToken cancellationToken)
    {
        var nic =
            vm.NetworkProfile?.NetworkInterfaces.FirstOrDefault()?.Id
            ?? throw new StepFailedException($"The VM {vm.Name} has no network interface.");
        var response = await arm.Client.GetGenericResource(nic).GetAsync(cancellationToken);
        using var properties = JsonDocument.Parse(response.Value.Data.Properties);
        return properties
                .RootElement.GetProperty("ipConfigurations")[0]
                .GetProperty("properties")
                .GetProperty("privateIPAddress")
                .GetString()
            ?? throw new StepFailedException($"The network interface {nic.Name} has no private address.");
    }

    /// <summary>
    /// Reads the VM's SSH host key through ARM's run-command, that is over a channel that is already authenticated: the first SSH
    /// connection then has something to check against.
    /// </summary>
    public async Task<string> ReadHostKeyFingerprintAsync(ResourceIdentifier vm, CancellationToken cancellationToken) =>
        (await ReadFirstBootAsync(vm, cancellationToken)).HostKeyFingerprint
        ?? throw new StepFailedException($"The VM {vm.Name} has no ed25519 SSH host key.");

    /// <summary>
    /// What the VM's first boot has made so far, by run-command: a VM counts as created before that boot is over. Its last act is to
    /// install the command that the app calls.
    /// </summary>
    public async Task<(string? HostKeyFingerprint, bool Ready)> ReadFirstBootAsync(
        ResourceIdentifier vm,
        CancellationToken cancellationToken
    )
    {
        var input = new RunCommandInput("RunShellScript");
        input.Script.Add("cat \"${INSTANCE_ROOT:-}/etc/ssh/ssh_host_ed25519_key.pub\"");
        input.Script.Add("[ ! -x \"${INSTANCE_ROOT:-}/usr/local/bin/shellbox-instance\" ] || echo shellbox-ready");
        var operation = await arm.Client.GetVirtualMachineResource(vm).RunCommandAsync(WaitUntil.Started, input, cancellationToken);
        var result = await operation.WaitForCompletionAsync(TimeSpan.FromSeconds(2), cancellationToken);
        var output = string.Concat(result.Value.Value.Select(v => v.Message));
        var match = HostKeyLine().Match(output);
        return (match.Success ? HostKeyFingerprint.Of(match.Value) : null, output.Contains("\nshellbox-ready\n", StringComparison.Ordinal));
    }

    /// <summary>Where a long-running operation stands.</summary>
    /// <param name="operation">The URL that the operation's answer gave in <c>Azure-AsyncOperation</c>.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<OperationState> GetOperationAsync(Uri operation, CancellationToken cancellationToken)
    {
        using var message = arm.Pipeline.CreateMessage();
        message.Request.Method = RequestMethod.Get;
        message.Request.Uri.Reset(operation);
        await arm.Pipeline.SendAsync(message, cancellationToken);
        if (message.Response.Status == 404)
            return new OperationState("Failed", "NotFound", "The operation is no longer known.", null);
        if (message.Response.Status != 200)
            throw new RequestFailedException(message.Response);

        using var body = JsonDocument.Parse(message.Response.Content);
        var error = body.RootElement.TryGetProperty("error", out var e) && e.ValueKind is JsonValueKind.Object ? e : default;
        var retryAfter =
            message.Response.Headers.TryGetValue("Retry-After", out var value)
            && int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
                ? TimeSpan.FromSeconds(seconds)
                : (TimeSpan?)null;
        return new OperationState(
            body.RootElement.GetProperty("status").GetString()!,
            error.ValueKind is JsonValueKind.Object ? error.GetProperty("code").GetString() : null,
            error.ValueKind is JsonValueKind.Object ? error.GetProperty("message").GetString() : null,
            retryAfter
        );
    }

    private ResourceGroupResource ResourceGroup =>
        arm.Client.GetResourceGroupResource(ResourceGroupResource.CreateResourceIdentifier(arm.SubscriptionId, arm.ResourceGroupName));

    /// <summary>
    /// What trying again does not mend, said as a failed step; conflicts (409, 412), throttling and outages are left to the retries.
    /// </summary>
    internal static bool IsFinal(RequestFailedException e) => e.Status is 400 or 401 or 403 or 404;

    internal static StepFailedException Final(RequestFailedException e, string what) =>
        new($"ARM refused to {what}: {e.ErrorCode}: {e.Message.FirstLine()}", e);

    /// <summary>
    /// The VM; null when there is none. Any other 'not found' (the resource group's) is a fault of the settings, and says nothing of the
    /// VM.
    /// </summary>
    private async Task<(VirtualMachineResource Vm, string? ETag)?> FindAsync(string resourceId, CancellationToken cancellationToken)
    {
        try
        {
            return await GetAsync(resourceId, cancellationToken);
        }
        catch (RequestFailedException e) when (e is { Status: 404, ErrorCode: "ResourceNotFound" })
        {
            return null;
        }
    }

    private async Task<(VirtualMachineResource Vm, string? ETag)> GetAsync(string resourceId, CancellationToken cancellationToken)
    {
        var response = await arm
            .Client.GetVirtualMachineResource(new ResourceIdentifier(resourceId))
            .GetAsync(cancellationToken: cancellationToken);

        // In the body, as the REST reference has it: Azure.ResourceManager.Compute 1.2.0 does not know the member.
        using var body = JsonDocument.Parse(response.GetRawResponse().Content);
        return (response.Value, body.RootElement.TryGetProperty("etag", out var etag) ? etag.GetString() : null);
    }

    private static async Task<Uri?> BeginPatchAsync(
        VirtualMachineResource vm,
        string? etag,
        IEnumerable<VirtualMachineDataDisk> disks,
        IReadOnlyDictionary<string, string> tags,
        CancellationToken cancellationToken
    )
    {
        var patch = new VirtualMachinePatch { StorageProfile = new VirtualMachineStorageProfile() };

        // A list that was never touched is left out of the PATCH, and ARM then leaves the disks as they are: empty has to be said.
        patch.StorageProfile.DataDisks.Clear();
        foreach (var disk in disks)
            patch.StorageProfile.DataDisks.Add(disk);

        var (set, remove) = ShellboxTags.Difference(vm.Data.Tags, tags);
        foreach (var (name, value) in vm.Data.Tags)
            patch.Tags[name] = value;
        foreach (var (name, value) in set)
            patch.Tags[name] = value;
        foreach (var name in remove)
            patch.Tags.Remove(name);

        try
        {
            using var condition = IfMatchPolicy.Use(etag);
            var operation = await vm.UpdateAsync(WaitUntil.Started, patch, cancellationToken);
            return operation.GetRawResponse().Headers.TryGetValue("Azure-AsyncOperation", out var url) ? new Uri(url) : null;
        }
        catch (RequestFailedException e) when (IsFinal(e))
        {
            throw Final(e, $"update the VM {vm.Data.Name}");
        }
    }

    private static bool SameResource(ResourceIdentifier? a, ResourceIdentifier b) =>
        string.Equals(a?.ToString(), b.ToString(), StringComparison.OrdinalIgnoreCase);

    [GeneratedRegex("ssh-ed25519 [A-Za-z0-9+/]+={0,2}", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex HostKeyLine();
}
