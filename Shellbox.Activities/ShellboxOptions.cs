using Shellbox.Activities.Azure;
using Shellbox.Activities.Connect;
using Shellbox.Activities.Creation;
using Shellbox.Activities.Instances;
using Shellbox.Activities.Maintenance;
using Shellbox.Activities.Pool;
using Shellbox.Activities.Reconciliation;

namespace Shellbox.Activities;

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
    public MaintenanceOptions Maintenance { get; set; } = new();
}
