namespace Shellbox.Build.Processes;

/// <summary>A command as a shell reads it.</summary>
internal static class CommandLine
{
    public static string Quote(IEnumerable<string> words) => string.Join(' ', words.Select(word => $"'{word.Replace("'", @"'\''")}'"));
}
