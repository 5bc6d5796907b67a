namespace Shellbox.Contracts.Reconciliation;

/// <summary>What the reconciler can find, as fixed words (docs/operations.md says what each means and what is done about it).</summary>
public static class FindingKind
{
    public const string StaleTag = "stale-tag";
    public const string MissingTag = "missing-tag";
    public const string DuplicateTags = "duplicate-tags";
    public const string UnknownInstance = "unknown-instance";
    public const string UnknownVolume = "unknown-volume";
    public const string RowWithoutResource = "row-without-resource";
    public const string VolumeWithoutBox = "volume-without-box";
    public const string BoxWithoutVolume = "box-without-volume";
    public const string LeakedClaim = "leaked-claim";
    public const string LeakedSession = "leaked-session";
    public const string StuckOperation = "stuck-operation";
    public const string AttachedNotRunning = "attached-not-running";
    public const string AttachedRecordedFree = "attached-recorded-free";
    public const string FreeRecordedAttached = "free-recorded-attached";
    public const string AttachedElsewhere = "attached-elsewhere";
    public const string InstanceUnreachable = "instance-unreachable";
    public const string InstanceAnswers = "instance-answers";
    public const string UnknownGuest = "unknown-guest";
    public const string Failed = "failed";
}
