namespace Shellbox.LocalCloud;

/// <summary>What the pool's new instances are like.</summary>
/// <param name="Location">The region.</param>
/// <param name="PublicKey">The SSH key that opens them.</param>
/// <param name="Size">The VM size.</param>
public sealed record InstanceTemplate(string Location, string PublicKey, string Size = "Standard_D2s_v5");
