using System.Globalization;

namespace Shellbox.LocalHost.Durable;

/// <summary>Keeps a second host, of this process or another, off the same file. The operating system frees it when the process dies.</summary>
internal sealed class DatabaseLock : IDisposable
{
    private readonly FileStream _file;

    private DatabaseLock(FileStream file) => _file = file;

    /// <exception cref="InvalidOperationException">Another has it.</exception>
    public static DatabaseLock Take(string databasePath)
    {
        try
        {
            var taken = new DatabaseLock(new FileStream(databasePath + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
            NoteOwner(databasePath);
            return taken;
        }
        catch (IOException e) when (e is not (FileNotFoundException or DirectoryNotFoundException))
        {
            throw new InvalidOperationException(
                $"The database of orchestrations {databasePath} is in use by process {Owner(databasePath)}. Stop that host, or let this one have "
                + $"another file (host.json: {SqliteOptions.Section}.databasePath).",
                e);
        }
    }

    public void Dispose() => _file.Dispose();

    private static string OwnerPath(string databasePath) => databasePath + ".pid";

    /// <summary>In a file of its own: the locked one cannot even be read by others.</summary>
    private static void NoteOwner(string databasePath)
    {
        try
        {
            File.WriteAllText(OwnerPath(databasePath), Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
        }
        catch (IOException)
        {
            // Only a message would have named it.
        }
    }

    private static string Owner(string databasePath)
    {
        try
        {
            return File.ReadAllText(OwnerPath(databasePath)) is { Length: > 0 } id ? id : "(unknown)";
        }
        catch (IOException)
        {
            return "(unknown)";
        }
    }
}
