namespace Shellbox.AzureSimulator.Instances;

/// <summary>What a script on an instance did.</summary>
internal sealed record ScriptResult(int ExitCode, string Output, string Error);
