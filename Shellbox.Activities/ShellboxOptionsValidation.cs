using Microsoft.Extensions.Options;
using Shellbox.Activities.Pool;

namespace Shellbox.Activities;

internal sealed class ShellboxOptionsValidation : IValidateOptions<ShellboxOptions>
{
    public ValidateOptionsResult Validate(string? name, ShellboxOptions options)
    {
        var faults = new List<string>();
        Check(Guid.TryParse(options.Azure.SubscriptionId, out _), "Azure:SubscriptionId", "is missing or not a GUID");
        Check(options.Azure.ResourceGroup is { Length: > 0 }, "Azure:ResourceGroup", "is missing");
        Check(options.Azure.ArmEndpoint is { IsAbsoluteUri: true, Scheme: "https" }, "Azure:ArmEndpoint", "is not an https URL");
        Check(
            options.Azure.CertificateThumbprint is null or ""
                || (options.Azure.CertificateThumbprint.Length == 64 && options.Azure.CertificateThumbprint.All(char.IsAsciiHexDigit)),
            "Azure:CertificateThumbprint",
            "is not 64 hex characters (SHA-256)"
        );
        Check(options.Azure.OperationPollInterval > TimeSpan.Zero, "Azure:OperationPollInterval", "is not above zero");

        Check(options.Azure.TagWritesPerSecond is > 0 and <= 1000, "Azure:TagWritesPerSecond", "is not above 0 and at most 1000");

        var hasKey = options.Instance.PrivateKey is { Length: > 0 };
        var hasFile = options.Instance.PrivateKeyFile is { Length: > 0 };
        Check(hasKey != hasFile, "Instance:PrivateKey and Instance:PrivateKeyFile", "are both set or both missing; set one");
        if (hasFile)
            Check(
                File.Exists(options.Instance.PrivateKeyFile),
                "Instance:PrivateKeyFile",
                $"names a file that does not exist: {options.Instance.PrivateKeyFile}"
            );
        Check(options.Instance.UserName is { Length: > 0 }, "Instance:UserName", "is missing");
        Check(options.Instance.Command is { Length: > 0 }, "Instance:Command", "is missing");
        Check(options.Instance.SshPort is > 0 and < 65536, "Instance:SshPort", "is not a port");
        Check(options.Instance.GuestPort is > 0 and < 65536, "Instance:GuestPort", "is not a port");
        Check(options.Instance.GuestMemoryMiB is >= 64 and <= 1 << 20, "Instance:GuestMemoryMiB", "is not between 64 and 1048576");

        foreach (
            var (value, key) in new[]
            {
                (options.Connect.Deadline, "Connect:Deadline"),
                (options.Connect.DiskTimeout, "Connect:DiskTimeout"),
                (options.Connect.BootTimeout, "Connect:BootTimeout"),
                (options.Connect.WakeTimeout, "Connect:WakeTimeout"),
                (options.Connect.ShutdownTimeout, "Connect:ShutdownTimeout"),
                (options.Connect.ReleaseDeadline, "Connect:ReleaseDeadline"),
                (options.Connect.FreeInstanceRetry, "Connect:FreeInstanceRetry"),
            }
        )
        {
            Check(value > TimeSpan.Zero && value <= TimeSpan.FromHours(1), key, "is not above zero and at most one hour");
        }

        Check(
            options.Connect.Hold >= TimeSpan.Zero && options.Connect.Hold <= TimeSpan.FromDays(1),
            "Connect:Hold",
            "is not from zero to one day"
        );
        Check(
            options.Connect.SessionExpiry >= TimeSpan.FromSeconds(1) && options.Connect.SessionExpiry <= TimeSpan.FromDays(1),
            "Connect:SessionExpiry",
            "is not from one second to one day"
        );
        Check(
            options.Connect.SilentSessionExpiry >= options.Connect.SessionExpiry
                && options.Connect.SilentSessionExpiry <= TimeSpan.FromDays(365),
            "Connect:SilentSessionExpiry",
            "is not from Connect:SessionExpiry to 365 days"
        );
        Check(options.Quota.Boxes is >= 1 and <= 10_000, "Quota:Boxes", "is not between 1 and 10000");
        Check(options.Quota.RunningBoxes is >= 1 and <= 10_000, "Quota:RunningBoxes", "is not between 1 and 10000");
        Check(options.Reconcile.PageSize is >= 1 and <= 1000, "Reconcile:PageSize", "is not between 1 and 1000");
        Check(options.Reconcile.AgeGuard >= TimeSpan.Zero, "Reconcile:AgeGuard", "is negative");
        Check(
            options.Reconcile.QueryInterval >= TimeSpan.Zero && options.Reconcile.QueryInterval <= TimeSpan.FromMinutes(1),
            "Reconcile:QueryInterval",
            "is not from zero to one minute"
        );
        Check(options.Reconcile.MaxQueries > 0, "Reconcile:MaxQueries", "is not above zero");
        Check(options.Reconcile.MaxChecks > 0, "Reconcile:MaxChecks", "is not above zero");
        Check(options.Reconcile.MaxRepairs >= 0, "Reconcile:MaxRepairs", "is negative");
        Check(options.Reconcile.Probes >= 0, "Reconcile:Probes", "is negative");
        Check(options.Reconcile.ProbeAfter >= TimeSpan.Zero, "Reconcile:ProbeAfter", "is negative");

        // A history that is purged while its box still waits for the operation reads as an operation that is over.
        Check(options.Maintenance.KeepHistories >= TimeSpan.FromDays(1), "Maintenance:KeepHistories", "is below one day");
        Check(options.Maintenance.KeepEvents >= TimeSpan.FromDays(1), "Maintenance:KeepEvents", "is below one day");

        CheckPool(options.Pool);
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);

        void CheckPool(PoolOptions pool)
        {
            foreach (var (bounds, key) in new[] { (pool.FreeInstances, "Pool:FreeInstances"), (pool.BlankVolumes, "Pool:BlankVolumes") })
            {
                Check(
                    bounds.Minimum >= 0 && bounds.Minimum <= bounds.Maximum && bounds.Maximum <= bounds.Total,
                    key,
                    $"does not go from Minimum ({bounds.Minimum}) over Maximum ({bounds.Maximum}) to Total ({bounds.Total}), from 0 up"
                );
            }

            Check(pool.BlankBoxes >= 0, "Pool:BlankBoxes", "is negative");
            foreach (
                var (value, key) in new[]
                {
                    (pool.BlankTtl, "Pool:BlankTtl"),
                    (pool.Backoff, "Pool:Backoff"),
                    (pool.MaxBackoff, "Pool:MaxBackoff"),
                    (pool.CreateDeadline, "Pool:CreateDeadline"),
                    (pool.PrewarmPeriod, "Pool:PrewarmPeriod"),
                }
            )
            {
                Check(value > TimeSpan.Zero && value <= TimeSpan.FromDays(1), key, "is not above zero and at most one day");
            }

            Check(pool.CoolDown >= TimeSpan.Zero && pool.CoolDown <= TimeSpan.FromDays(1), "Pool:CoolDown", "is not from zero to one day");
            Check(pool.QuarantineKeep >= TimeSpan.Zero, "Pool:QuarantineKeep", "is negative");
            Check(pool.MaxCreatesAtOnce is >= 1 and <= 100, "Pool:MaxCreatesAtOnce", "is not between 1 and 100");
            Check(pool.DemandShare is >= 0 and <= 10, "Pool:DemandShare", "is not between 0 and 10");
            Check(pool.QuarantineAfter >= 1, "Pool:QuarantineAfter", "is not at least 1");
            CheckPoolInstance(pool.Instance);
            CheckPoolVolume(pool.Volume);
        }

        void CheckPoolInstance(PoolInstanceOptions template)
        {
            // A template without a size is none: then nothing else of it may be set either, or a typing error would keep the pool from
            // growing unseen.
            string?[] others =
            [
                template.Location,
                template.Image,
                template.SubnetId,
                template.PublicKey,
                template.CustomData,
                template.CustomDataFile,
            ];
            Check(
                template.IsConfigured || !others.Any(o => o is { Length: > 0 }),
                "Pool:Instance:Size",
                "is missing, while others of Pool:Instance are set"
            );
            if (!template.IsConfigured)
                return;
            Check(template.Location is { Length: > 0 }, "Pool:Instance:Location", "is missing");
            Check(
                template.Image is { } image
                    && (image.StartsWith('/') || image.Split(':') is { Length: 4 } parts && parts.All(p => p.Length > 0)),
                "Pool:Instance:Image",
                "is neither publisher:offer:sku:version nor a resource id"
            );
            Check(template.SubnetId?.StartsWith('/') is true, "Pool:Instance:SubnetId", "is not a resource id");
            Check(BoxKey.TryReadPublicKey(template.PublicKey, out _, out _), "Pool:Instance:PublicKey", "is not an SSH public key");
            var hasText = template.CustomData is { Length: > 0 };
            var hasTextFile = template.CustomDataFile is { Length: > 0 };
            Check(!(hasText && hasTextFile), "Pool:Instance:CustomData and Pool:Instance:CustomDataFile", "are both set; set one");
            if (hasText)
                Check(
                    Convert.TryFromBase64String(template.CustomData!, new byte[template.CustomData!.Length], out _),
                    "Pool:Instance:CustomData",
                    "is not Base64"
                );
            if (hasTextFile)
                Check(
                    File.Exists(template.CustomDataFile),
                    "Pool:Instance:CustomDataFile",
                    $"names a file that does not exist: {template.CustomDataFile}"
                );
        }

        void CheckPoolVolume(PoolVolumeOptions template)
        {
            Check(
                template.IsConfigured || template.Location is not { Length: > 0 },
                "Pool:Volume:GoldenSnapshotId",
                "is missing, while Pool:Volume:Location is set"
            );
            Check(template.SizeGB is null or >= 1 and <= 32767, "Pool:Volume:SizeGB", "is not between 1 and 32767");
            if (!template.IsConfigured)
                return;
            Check(template.GoldenSnapshotId!.StartsWith('/'), "Pool:Volume:GoldenSnapshotId", "is not a resource id");
            Check(template.Location is { Length: > 0 }, "Pool:Volume:Location", "is missing");
        }

        void Check(bool good, string key, string fault)
        {
            if (!good)
                faults.Add($"{ShellboxOptions.Section}:{key} {fault}.");
        }
    }
}
