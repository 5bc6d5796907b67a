namespace Shellbox.Build;

/// <summary>What went wrong, as a sentence for whoever ran the command.</summary>
internal sealed class BuildException(string message) : Exception(message);
