namespace Shellbox.Activities.Configuration;

/// <summary>The app's settings, section <c>Shellbox</c>. They are checked at start, all faults named at once.</summary>
public sealed class ShellboxOptions
{
    public const string Section = "Shellbox";

    public AzureOptions Azure { get; set; } = new();
    public InstanceOptions Instance { get; set; } = new();
    public ConnectOptions Connect { get; set; } = new();
    public QuotaOptions Quota { get; set; } = new();
    public ReconcileOptions Reconcile { get; set; } = new();
    public PoolOptions Pool { get; set; } = new();
}
