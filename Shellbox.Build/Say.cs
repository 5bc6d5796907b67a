namespace Shellbox.Build;

/// <summary>
/// What is said goes to standard error: standard output is for the command that is ready, or for the last line of a test run.
/// </summary>
internal static class Say
{
    public static void Line(string line) => Console.Error.WriteLine(line);
}
