namespace Shellbox.Activities.Pool;

/// <summary>What a new instance is made from: what infra/modules/instance.bicep makes one from.</summary>
public sealed record PoolInstanceOptions
{
    /// <summary>The region.</summary>
    public string? Location { get; init; }

    /// <summary>
    /// The VM size, for example <c>Standard_D4s_v5</c>. It must offer nested virtualization and the SCSI disk controller.
    /// </summary>
    public string? Size { get; init; }

    /// <summary><c>publisher:offer:sku:version</c> of a marketplace image, or the resource id of an image of one's own.</summary>
    public string? Image { get; init; }

    /// <summary>The resource id of the instances' subnet.</summary>
    public string? SubnetId { get; init; }

    /// <summary>The public half of the key by which the app signs in, as an authorized_keys line.</summary>
    public string? PublicKey { get; init; }

    /// <summary>
    /// The cloud-init text in Base64; one of this and <see cref="CustomDataFile"/>, or neither when the image needs none.
    /// </summary>
    public string? CustomData { get; init; }
    public string? CustomDataFile { get; init; }

    public string OsDiskSku { get; init; } = "StandardSSD_LRS";

    /// <summary>Secure boot and a virtual TPM, as generation 2 images have them.</summary>
    public bool TrustedLaunch { get; init; } = true;

    /// <summary>Not every VM size has it.</summary>
    public bool AcceleratedNetworking { get; init; } = true;

    /// <summary>Whether the pool creates and removes instances.</summary>
    public bool IsConfigured => Size is { Length: > 0 };
}
