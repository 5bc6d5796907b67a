namespace Shellbox.Activities.Instances;

/// <summary>What a command over SSH ended with.</summary>
internal sealed record SshOutput(int? ExitStatus, string Result, string Error);
