namespace Shellbox.LocalHost.Worker;

/// <summary>What a worker needs to come up.</summary>
/// <param name="WorkerId">The id that it has to connect with.</param>
/// <param name="Host">Where it connects.</param>
/// <param name="Settings">The app's settings, by the names of environment variables (<c>__</c> for <c>:</c>).</param>
public sealed record WorkerStart(string WorkerId, Uri Host, IReadOnlyDictionary<string, string> Settings);
