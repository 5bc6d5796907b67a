namespace Shellbox.Contracts.Http;

/// <summary>The problems of the API by name: the last segment of <see cref="Problem.Type"/>. docs/api.md says what each means.</summary>
public static class ProblemName
{
    public const string InvalidName = "invalid-name";
    public const string InvalidRequest = "invalid-request";
    public const string PublicKeyMismatch = "public-key-mismatch";
    public const string BoxNotFound = "box-not-found";
    public const string SessionNotFound = "session-not-found";
    public const string VolumeNotFound = "volume-not-found";
    public const string OtherVolume = "other-volume";
    public const string BoxIsBeingDeleted = "box-is-being-deleted";
    public const string VolumeAttachedElsewhere = "volume-attached-elsewhere";
    public const string BoxQuota = "box-quota";
    public const string RunningBoxQuota = "running-box-quota";
    public const string NoBlankVolume = "no-blank-volume";
    public const string StorageUnavailable = "storage-unavailable";

    // Operations that failed while they were waited for.
    public const string ConnectFailed = "connect-failed";
    public const string DisconnectFailed = "disconnect-failed";
    public const string DeleteFailed = "delete-failed";
    public const string AdoptFailed = "adopt-failed";
    public const string RecoveryFailed = "recovery-failed";
    public const string ReconciliationFailed = "reconciliation-failed";
    public const string PoolFailed = "pool-failed";
}
