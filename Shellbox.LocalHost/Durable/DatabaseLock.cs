using System.Globalization;

namespace Shellbox.LocalHost.Durable;

/// <summary>
/// Keeps a second host, of this process or another, off the same file. The operating system frees it when the process dies.
/// </summary>
internal sealed class DatabaseLock : IDisposable
{
    private readonly FileStream _file;

    private DatabaseLock(FileStream file) => _file = file;

    /// <exception cref="InvalidOperationException">Another has it.</exception>
    public static DatabaseLock Take(string databasePath)
    {
        // In a file of its own: the locked one cannot even be read by others.
        var owner = databasePath + ".pid";
        FileStream file;
        try
        {
            file = new FileStream(databasePath + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            // Without an inner exception: the innermost is what a host that cannot start names.
#pragma warning disable MA0054
            throw new InvalidOperationException(
                $"The database of orchestrations {databasePath} is in use by process "
                    + $"{(File.Exists(owner) ? File.ReadAllText(owner) : "(unknown)")}. "
                    + $"Stop that host, or let this one have another file (host.json: {SqliteOptions.DatabasePathInFull})."
            );
#pragma warning restore MA0054
        }

        File.WriteAllText(owner, Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
        return new DatabaseLock(file);
    }

    public void Dispose() => _file.Dispose();
}
