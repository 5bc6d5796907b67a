using System.Globalization;

namespace Shellbox.Embedded.Engine.Storage;

/// <summary>Keeps a second engine, of this process or another, off the same file. The operating system frees it when the process dies.</summary>
internal sealed class DatabaseLock : IDisposable
{
    private readonly FileStream file;

    private DatabaseLock(FileStream file) => this.file = file;

    public static DatabaseLock Take(string databasePath)
    {
        var path = databasePath + ".lock";
        try
        {
            var taken = new DatabaseLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
            NoteOwner(databasePath);
            return taken;
        }
        catch (IOException e) when (e is not (FileNotFoundException or DirectoryNotFoundException))
        {
            throw new InvalidOperationException(
                $"The database {databasePath} is in use by process {Owner(databasePath)}. Stop that host, or set EmbeddedHost:DatabasePath to another file.",
                e);
        }
    }

    public void Dispose() => file.Dispose();

    private static string OwnerPath(string databasePath) => databasePath + ".pid";

    /// <summary>Writes down who has the lock, in a file of its own: the locked one cannot even be read by others.</summary>
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
