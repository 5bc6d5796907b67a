namespace Shellbox.Tests.Durable.Crash;

/// <summary>One run of an activity, by the ledger.</summary>
/// <param name="Nonce">What it returned: unlike that of any other run.</param>
/// <param name="Seen">The results of the activities before it, as it was told.</param>
internal sealed record ActivityRun(string Nonce, string Seen);
