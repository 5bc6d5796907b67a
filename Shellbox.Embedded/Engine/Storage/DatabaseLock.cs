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
        FileStream file;
        try
        {
            file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (e is not (FileNotFoundException or DirectoryNotFoundException))
        {
            throw new InvalidOperationException(
                $"The database {databasePath} is in use by process {Owner(path)}. Stop that host, or set EmbeddedHost:DatabasePath to another file.",
                e);
        }

        try
        {
            File.WriteAllText(OwnerPath(path), Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
            return new DatabaseLock(file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    public void Dispose() => file.Dispose();

    /// <summary>Beside the lock: .NET opens no file at all that another process has locked.</summary>
    private static string OwnerPath(string path) => path + ".pid";

    private static string Owner(string path)
    {
        try
        {
            return File.ReadAllText(OwnerPath(path)) is { Length: > 0 } id ? id : "(unknown)";
        }
        catch (IOException)
        {
            return "(unknown)";
        }
    }
}
