namespace Shellbox.Tests.App;

/// <summary>
/// What the functions and the test share, in a folder of the test's: lines that functions leave, and gates that the test opens. Files,
/// because either side may be killed.
/// </summary>
internal static class Record
{
    /// <summary>A setting of this app's; null when the test has not set it.</summary>
    public static string? Setting(string name) => Environment.GetEnvironmentVariable("TESTS_" + name);

    private static string Folder => Setting("FOLDER") ?? throw new InvalidOperationException("The setting TESTS_FOLDER is missing.");

    /// <summary>Leaves a line, which the test counts.</summary>
    public static void Write(string name, string line = "")
    {
        while (true)
        {
            try
            {
                // One writer at a time: the end of a file is looked up before it is written to, and another function may write in between.
                // The lock is a file of its own, for a reader must not be kept out, and on Linux anything but FileShare.None lets a second
                // writer in.
                using var turn = new FileStream(
                    Path.Combine(Folder, name + ".lock"),
                    FileMode.OpenOrCreate,
                    FileAccess.Write,
                    FileShare.None
                );
                File.AppendAllText(Path.Combine(Folder, name + ".lines"), line + "\n");
                return;
            }
            catch (IOException e) when (e is not (DirectoryNotFoundException or FileNotFoundException))
            {
                // Again at once: the other is done in no time.
            }
        }
    }

    /// <summary>Whether a function has left such a line.</summary>
    public static bool Has(string name) => File.Exists(Path.Combine(Folder, name + ".lines"));

    /// <summary>How many lines functions have left there.</summary>
    public static int Count(string name) => Has(name) ? File.ReadAllLines(Path.Combine(Folder, name + ".lines")).Length : 0;

    /// <summary>Whether the test has opened the gate.</summary>
    public static bool IsOpen(string gate) => File.Exists(Path.Combine(Folder, gate + ".gate"));

    /// <summary>Waits until the test opens the gate.</summary>
    public static async Task WaitAsync(string gate, CancellationToken cancellationToken = default)
    {
        while (!IsOpen(gate))
            await Task.Delay(20, cancellationToken);
    }
}
