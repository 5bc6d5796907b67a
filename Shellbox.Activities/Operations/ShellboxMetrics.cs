using System.Diagnostics.Metrics;

namespace Shellbox.Activities.Operations;

/// <summary>The metrics of the control plane (OpenTelemetry, meter <see cref="MeterName"/>).</summary>
public sealed class ShellboxMetrics
{
    public const string MeterName = "Shellbox";

    private readonly Histogram<double> _connects;
    private readonly Counter<long> _failures;
    private readonly Histogram<double> _releases;
    private readonly Counter<long> _findings;
    private readonly Histogram<double> _creations;
    private readonly Counter<long> _creationFailures;

    public ShellboxMetrics(IMeterFactory factory)
    {
        var meter = factory.Create(MeterName);
        _connects = meter.CreateHistogram<double>("shellbox.connect.duration", "s", "From the request to the guest's SSH banner, by tier.");
        _failures = meter.CreateCounter<long>("shellbox.connect.failures", description: "Connects that failed, by step.");
        _releases = meter.CreateHistogram<double>("shellbox.release.duration", "s", "From the disconnect to the free instance.");
        _findings = meter.CreateCounter<long>(
            "shellbox.reconcile.findings",
            description: "Findings of the reconciler, by kind and action."
        );
        _creations = meter.CreateHistogram<double>(
            "shellbox.pool.creation.duration",
            "s",
            "From the reservation of an instance to its registration as free."
        );
        _creationFailures = meter.CreateCounter<long>(
            "shellbox.pool.creation.failures",
            description: "Creations of instances and volumes that failed, by kind."
        );
    }

    public void InstanceCreated(double seconds) => _creations.Record(seconds);

    public void CreationFailed(string kind) => _creationFailures.Add(1, new KeyValuePair<string, object?>("kind", kind));

    public void Connected(string tier, double seconds) => _connects.Record(seconds, new KeyValuePair<string, object?>("tier", tier));

    public void ConnectFailed(string step) => _failures.Add(1, new KeyValuePair<string, object?>("step", step));

    public void Released(double seconds) => _releases.Record(seconds);

    public void Found(string kind, string action) =>
        _findings.Add(1, new KeyValuePair<string, object?>("kind", kind), new KeyValuePair<string, object?>("action", action));
}
