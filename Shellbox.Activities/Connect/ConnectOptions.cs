using System.Text.Json.Serialization;

namespace Shellbox.Activities.Connect;

/// <summary>
/// The deadlines of connect and release. An operation takes them along in its input: a change of settings concerns new ones only.
/// </summary>
public sealed record ConnectOptions
{
    /// <summary>The whole connect, the wait for a free instance included.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// How long the disk may take to appear on the instance: 10-15 s as a rule, over 120 s in 0.8 % (facts: aks-engine#2888).
    /// </summary>
    public TimeSpan DiskTimeout { get; init; } = TimeSpan.FromMinutes(3);

    public TimeSpan BootTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a guest that was found running may take to show its banner: it has just shown it to its instance.</summary>
    public TimeSpan WakeTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long a guest stays paused in memory after its last session, or after a prewarm, before it is saved and its instance freed; zero:
    /// not at all.
    /// </summary>
    public TimeSpan Hold { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long a guest may take to shut down before it is ended.</summary>
    public TimeSpan ShutdownTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a detach may take: 30-120 s on bad days (facts: azuredisk-csi-driver#3712).</summary>
    public TimeSpan ReleaseDeadline { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>First wait between two tries for a free instance; it grows to about ten times this.</summary>
    public TimeSpan FreeInstanceRetry { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// After how long without a heartbeat a session that has sent one is taken as lost, and ended. Its client sends one every third of
    /// this. No operation takes it along.
    /// </summary>
    [JsonIgnore]
    public TimeSpan SessionExpiry { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>
    /// The same for a session that has never sent one: of a client of its own, which says nothing until it disconnects. Long enough for a
    /// working day.
    /// </summary>
    [JsonIgnore]
    public TimeSpan SilentSessionExpiry { get; init; } = TimeSpan.FromHours(12);
}
