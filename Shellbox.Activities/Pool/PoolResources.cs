using Azure;
using Azure.Core;
using Azure.ResourceManager.Compute;
using Azure.ResourceManager.Compute.Models;
using Azure.ResourceManager.Resources;
using Microsoft.Extensions.Options;
using Shellbox.Activities.Azure;
using Shellbox.Activities.Operations;

namespace Shellbox.Activities.Pool;

/// <summary>
/// Creates and deletes what the pool consists of. Each call begins a long-running operation and does not wait for its end.
/// </summary>
public sealed class PoolResources(ArmConnection arm, IOptions<ShellboxOptions> options, TimeProvider time)
{
    /// <summary>
    /// Answers that come with 409, as a conflict does, but are none that passes in seconds: a quota, or a region without the size.
    /// </summary>
    private static readonly string?[] NoCapacity =
    [
        "OperationNotAllowed",
        "QuotaExceeded",
        "SkuNotAvailable",
        "AllocationFailed",
        "ZonalAllocationFailed",
        "OverconstrainedAllocationRequest",
    ];

    public ResourceIdentifier InstanceResourceId(string instanceId) =>
        VirtualMachineResource.CreateResourceIdentifier(arm.SubscriptionId, arm.ResourceGroupName, instanceId);

    /// <summary>
    /// Begins the creation of a VM with its network interface and OS disk, both of which are deleted with it. A second call for a VM that
    /// is there writes the same model again.
    /// </summary>
    /// <returns>The URL of the operation's state; null when there is nothing to wait for.</returns>
    /// <exception cref="StepFailedException">ARM refused it for good.</exception>
    public async Task<Uri?> BeginCreateInstanceAsync(
        string instanceId,
        IReadOnlyDictionary<string, string> tags,
        CancellationToken cancellationToken
    )
    {
        var template = options.Value.Pool.Instance;
        var userName = options.Value.Instance.UserName;
        var vm = new VirtualMachineData(new AzureLocation(template.Location!))
        {
            HardwareProfile = new VirtualMachineHardwareProfile { VmSize = new VirtualMachineSizeType(template.Size!) },
            StorageProfile = new VirtualMachineStorageProfile
            {
                // Volumes are found at /dev/disk/azure/scsi1/lun<n>, which NVMe sizes do not have.
                DiskControllerType = "SCSI",
                ImageReference = ReadImage(template.Image!),
                OSDisk = new VirtualMachineOSDisk(DiskCreateOptionType.FromImage)
                {
                    Name = instanceId + "-os",
                    DeleteOption = DiskDeleteOptionType.Delete,
                    ManagedDisk = new VirtualMachineManagedDisk { StorageAccountType = new StorageAccountType(template.OsDiskSku) },
                },
            },
            OSProfile = new VirtualMachineOSProfile
            {
                ComputerName = instanceId,
                AdminUsername = userName,
                CustomData = await ReadCustomDataAsync(template, cancellationToken),
                LinuxConfiguration = new LinuxConfiguration
                {
                    IsPasswordAuthenticationDisabled = true,
                    SshPublicKeys =
                    {
                        new SshPublicKeyConfiguration { Path = $"/home/{userName}/.ssh/authorized_keys", KeyData = template.PublicKey },
                    },
                },
            },
            NetworkProfile = new VirtualMachineNetworkProfile
            {
                NetworkApiVersion = NetworkApiVersion.TwoThousandTwenty1101,
                NetworkInterfaceConfigurations =
                {
                    new VirtualMachineNetworkInterfaceConfiguration(instanceId + "-nic")
                    {
                        Primary = true,
                        DeleteOption = ComputeDeleteOption.Delete,
                        EnableAcceleratedNetworking = template.AcceleratedNetworking,
                        IPConfigurations =
                        {
                            new VirtualMachineNetworkInterfaceIPConfiguration("internal")
                            {
                                Primary = true,
                                SubnetId = new ResourceIdentifier(template.SubnetId!),
                            },
                        },
                    },
                },
            },
            BootDiagnostics = new BootDiagnostics { Enabled = true },
        };
        if (template.TrustedLaunch)
        {
            vm.SecurityProfile = new SecurityProfile
            {
                SecurityType = SecurityType.TrustedLaunch,
                UefiSettings = new UefiSettings { IsSecureBootEnabled = true, IsVirtualTpmEnabled = true },
            };
        }

        foreach (var (name, value) in tags)
            vm.Tags[name] = value;
        vm.Tags[ShellboxTags.Created] = Now();
        try
        {
            var operation = await Group.GetVirtualMachines().CreateOrUpdateAsync(WaitUntil.Started, instanceId, vm, cancellationToken);
            return OperationUrl(operation.GetRawResponse());
        }
        catch (RequestFailedException e) when (ComputeInstances.IsFinal(e) || NoCapacity.Contains(e.ErrorCode))
        {
            throw ComputeInstances.Final(e, $"create the VM {instanceId}");
        }
    }

    /// <summary>
    /// Begins the deletion of a VM; its network interface and OS disk go with it, as their delete options say. Null when there is none.
    /// </summary>
    /// <exception cref="StepFailedException">A data disk is attached: whoever has it is not to lose it under way.</exception>
    public async Task<Uri?> BeginDeleteInstanceAsync(string resourceId, CancellationToken cancellationToken)
    {
        var vm = arm.Client.GetVirtualMachineResource(new ResourceIdentifier(resourceId));
        try
        {
            var data = (await vm.GetAsync(cancellationToken: cancellationToken)).Value.Data;
            if (data.StorageProfile?.DataDisks is { Count: > 0 } disks)
            {
                throw new StepFailedException(
                    $"The VM {data.Name} has the data disk {disks[0].ManagedDisk?.Id?.Name ?? disks[0].Name}; detach it, then "
                        + $"remove the VM."
                );
            }

            var operation = await vm.DeleteAsync(WaitUntil.Started, cancellationToken: cancellationToken);
            return OperationUrl(operation.GetRawResponse());
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            return null;
        }
    }

    public ResourceIdentifier VolumeResourceId(string volumeId) =>
        ManagedDiskResource.CreateResourceIdentifier(arm.SubscriptionId, arm.ResourceGroupName, volumeId);

    /// <summary>Begins the creation of a disk as a copy of the golden snapshot. A second call writes the same model again.</summary>
    /// <returns>The URL of the operation's state; null when there is nothing to wait for.</returns>
    /// <exception cref="StepFailedException">ARM refused it for good.</exception>
    public async Task<Uri?> BeginCreateVolumeAsync(
        string volumeId,
        IReadOnlyDictionary<string, string> tags,
        CancellationToken cancellationToken
    )
    {
        var template = options.Value.Pool.Volume;
        var disk = new ManagedDiskData(new AzureLocation(template.Location!))
        {
            Sku = new DiskSku { Name = new DiskStorageAccountType(template.Sku) },
            CreationData = new DiskCreationData(DiskCreateOption.Copy)
            {
                SourceResourceId = new ResourceIdentifier(template.GoldenSnapshotId!),
            },
            DiskSizeGB = template.SizeGB,

            // Azure asks for it on disks that move more than five times a day.
            IsOptimizedForFrequentAttach = true,
        };
        foreach (var (name, value) in tags)
            disk.Tags[name] = value;
        disk.Tags[ShellboxTags.Created] = Now();
        try
        {
            var operation = await Group.GetManagedDisks().CreateOrUpdateAsync(WaitUntil.Started, volumeId, disk, cancellationToken);
            return OperationUrl(operation.GetRawResponse());
        }
        catch (RequestFailedException e) when (ComputeInstances.IsFinal(e))
        {
            throw ComputeInstances.Final(e, $"create the disk {volumeId}");
        }
    }

    /// <summary>Begins the deletion of a disk; null when there is none. One that is attached ARM refuses.</summary>
    public async Task<Uri?> BeginDeleteVolumeAsync(string volumeId, CancellationToken cancellationToken)
    {
        try
        {
            var operation = await arm
                .Client.GetManagedDiskResource(VolumeResourceId(volumeId))
                .DeleteAsync(WaitUntil.Started, cancellationToken);
            return OperationUrl(operation.GetRawResponse());
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            return null;
        }
    }

    private ResourceGroupResource Group =>
        arm.Client.GetResourceGroupResource(ResourceGroupResource.CreateResourceIdentifier(arm.SubscriptionId, arm.ResourceGroupName));

    private string Now() =>
        time.GetUtcNow().UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", System.Globalization.CultureInfo.InvariantCulture);

    private static Uri? OperationUrl(Response response) =>
        response.Headers.TryGetValue("Azure-AsyncOperation", out var url) ? new Uri(url) : null;

    private static ImageReference ReadImage(string image) =>
        image.StartsWith('/') ? new ImageReference { Id = new ResourceIdentifier(image) }
        : image.Split(':') is [var publisher, var offer, var sku, var version]
            ? new ImageReference
            {
                Publisher = publisher,
                Offer = offer,
                Sku = sku,
                Version = version,
            }
        : throw new StepFailedException($"The image '{image}' is neither publisher:offer:sku:version nor a resource id.");

    private static async Task<string?> ReadCustomDataAsync(PoolInstanceOptions template, CancellationToken cancellationToken) =>
        template.CustomDataFile is { Length: > 0 } file ? Convert.ToBase64String(await File.ReadAllBytesAsync(file, cancellationToken))
        : template.CustomData is { Length: > 0 } text ? text
        : null;
}
