namespace Shellbox.Build.Processes;

/// <summary>What came of a tool; output and errors in one.</summary>
internal sealed record ToolOutput(int ExitCode, IReadOnlyList<string> Lines)
{
    public bool Succeeded => ExitCode == 0;

    public string FirstLine => Lines.Count > 0 ? Lines[0] : "";
}
