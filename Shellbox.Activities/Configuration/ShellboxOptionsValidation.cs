using Microsoft.Extensions.Options;

namespace Shellbox.Activities.Configuration;

internal sealed class ShellboxOptionsValidation : IValidateOptions<ShellboxOptions>
{
    public ValidateOptionsResult Validate(string? name, ShellboxOptions options)
    {
        var faults = new List<string>();
        Check(Guid.TryParse(options.Azure.SubscriptionId, out _), "Azure:SubscriptionId", "is missing or not a GUID");
        Check(options.Azure.ResourceGroup is { Length: > 0 }, "Azure:ResourceGroup", "is missing");
        Check(options.Azure.ArmEndpoint is { IsAbsoluteUri: true, Scheme: "https" }, "Azure:ArmEndpoint", "is not an https URL");
        Check(
            options.Azure.CertificateThumbprint is null or "" || (options.Azure.CertificateThumbprint.Length == 64 && options.Azure.CertificateThumbprint.All(char.IsAsciiHexDigit)),
            "Azure:CertificateThumbprint", "is not 64 hex characters (SHA-256)");
        Check(options.Azure.OperationPollInterval > TimeSpan.Zero, "Azure:OperationPollInterval", "is not above zero");

        Check(options.Azure.TagWritesPerSecond is > 0 and <= 1000, "Azure:TagWritesPerSecond", "is not above 0 and at most 1000");

        var hasKey = options.Instance.PrivateKey is { Length: > 0 };
        var hasFile = options.Instance.PrivateKeyFile is { Length: > 0 };
        Check(hasKey != hasFile, "Instance:PrivateKey and Instance:PrivateKeyFile", "are both set or both missing; set one");
        if (hasFile) Check(File.Exists(options.Instance.PrivateKeyFile), "Instance:PrivateKeyFile", $"names a file that does not exist: {options.Instance.PrivateKeyFile}");
        Check(options.Instance.UserName is { Length: > 0 }, "Instance:UserName", "is missing");
        Check(options.Instance.Command is { Length: > 0 }, "Instance:Command", "is missing");
        Check(options.Instance.SshPort is > 0 and < 65536, "Instance:SshPort", "is not a port");
        Check(options.Instance.GuestPort is > 0 and < 65536, "Instance:GuestPort", "is not a port");
        Check(options.Instance.GuestMemoryMiB is >= 64 and <= 1 << 20, "Instance:GuestMemoryMiB", "is not between 64 and 1048576");

        foreach (var (value, key) in new[]
        {
            (options.Connect.Deadline, "Connect:Deadline"),
            (options.Connect.DiskTimeout, "Connect:DiskTimeout"),
            (options.Connect.BootTimeout, "Connect:BootTimeout"),
            (options.Connect.WakeTimeout, "Connect:WakeTimeout"),
            (options.Connect.ShutdownTimeout, "Connect:ShutdownTimeout"),
            (options.Connect.ReleaseDeadline, "Connect:ReleaseDeadline"),
            (options.Connect.FreeInstanceRetry, "Connect:FreeInstanceRetry"),
        })
        {
            Check(value > TimeSpan.Zero && value <= TimeSpan.FromHours(1), key, "is not above zero and at most one hour");
        }

        Check(options.Connect.Hold >= TimeSpan.Zero && options.Connect.Hold <= TimeSpan.FromDays(1), "Connect:Hold", "is not from zero to one day");
        Check(options.Reconcile.PageSize is >= 1 and <= 1000, "Reconcile:PageSize", "is not between 1 and 1000");
        Check(options.Reconcile.AgeGuard >= TimeSpan.Zero, "Reconcile:AgeGuard", "is negative");
        Check(options.Reconcile.QueryInterval >= TimeSpan.Zero && options.Reconcile.QueryInterval <= TimeSpan.FromMinutes(1), "Reconcile:QueryInterval", "is not from zero to one minute");
        Check(options.Reconcile.MaxQueries > 0, "Reconcile:MaxQueries", "is not above zero");
        Check(options.Reconcile.MaxChecks > 0, "Reconcile:MaxChecks", "is not above zero");
        Check(options.Reconcile.MaxRepairs >= 0, "Reconcile:MaxRepairs", "is negative");
        Check(options.Reconcile.Probes >= 0, "Reconcile:Probes", "is negative");
        Check(options.Reconcile.ProbeAfter >= TimeSpan.Zero, "Reconcile:ProbeAfter", "is negative");

        // A history that is purged while its box still waits for the operation reads as an operation that is over.
        Check(options.Maintenance.KeepHistories >= TimeSpan.FromDays(1), "Maintenance:KeepHistories", "is below one day");
        Check(options.Maintenance.KeepEvents >= TimeSpan.FromDays(1), "Maintenance:KeepEvents", "is below one day");

        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);

        void Check(bool good, string key, string fault)
        {
            if (!good) faults.Add($"{ShellboxOptions.Section}:{key} {fault}.");
        }
    }
}
