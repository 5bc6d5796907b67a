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
        Check(
            options.Connect.SessionExpiry >= TimeSpan.FromSeconds(1) && options.Connect.SessionExpiry <= TimeSpan.FromDays(1),
            "Connect:SessionExpiry", "is not from one second to one day");
        Check(
            options.Connect.SilentSessionExpiry >= options.Connect.SessionExpiry && options.Connect.SilentSessionExpiry <= TimeSpan.FromDays(365),
            "Connect:SilentSessionExpiry", "is not from Connect:SessionExpiry to 365 days");
        Check(options.Quota.Boxes is >= 1 and <= 10_000, "Quota:Boxes", "is not between 1 and 10000");
        Check(options.Quota.RunningBoxes is >= 1 and <= 10_000, "Quota:RunningBoxes", "is not between 1 and 10000");
        Check(options.Reconcile.PageSize is >= 1 and <= 1000, "Reconcile:PageSize", "is not between 1 and 1000");
        Check(options.Reconcile.AgeGuard >= TimeSpan.Zero, "Reconcile:AgeGuard", "is negative");

        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);

        void Check(bool good, string key, string fault)
        {
            if (!good) faults.Add($"{ShellboxOptions.Section}:{key} {fault}.");
        }
    }
}
