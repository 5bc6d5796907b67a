namespace Shellbox.Activities.Azure;

/// <summary>Which Azure: the public cloud unless said otherwise.</summary>
public sealed class AzureOptions
{
    public Uri ArmEndpoint { get; set; } = new("https://management.azure.com");
    public string Audience { get; set; } = "https://management.azure.com";

    /// <summary>
    /// SHA-256 thumbprint, in hex, of the one certificate that <see cref="ArmEndpoint"/> may show. For an endpoint whose
    /// certificate no public authority signed; unset, the usual validation applies.
    /// </summary>
    public string? CertificateThumbprint { get; set; }

    public string SubscriptionId { get; set; } = "";
    public string ResourceGroup { get; set; } = "";

    /// <summary>
    /// How often a long-running operation is asked for its state when the answer does not say. CRP allows 15 such reads a minute and VM,
    /// with a burst of 45.
    /// </summary>
    public TimeSpan OperationPollInterval { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Tags written in the background a second, by one instance of the app. ARM allows 10 writes a second (200 at once) to all that the
    /// identity does, and connects come first.
    /// </summary>
    public double TagWritesPerSecond { get; set; } = 5;
}
