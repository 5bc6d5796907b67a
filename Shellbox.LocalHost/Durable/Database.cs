using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;

namespace Shellbox.LocalHost.Durable;

/// <summary>
/// The file of a task hub. One thread writes; all that waits while it commits goes into the next transaction together, so whoever is under
/// way shares the cost of a sync to disk. Reads have connections of their own (WAL) and never wait.
/// </summary>
internal sealed class Database : IDisposable
{
    private const int MaxWritesPerCommit = 256;

    private readonly BlockingCollection<DatabaseWrite> _writes = [];
    private readonly ConcurrentBag<DatabaseConnection> _readers = [];
    private readonly string _path;
    private readonly DatabaseLock _lock;
    private readonly DatabaseConnection _writer;
    private readonly Thread _thread;

    /// <exception cref="InvalidOperationException">Another host has it, or it is of a newer version.</exception>
    public Database(string path)
    {
        _path = Path.GetFullPath(path);
        Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
        _lock = DatabaseLock.Take(_path);
        try
        {
            _writer = new DatabaseConnection(_path, SqliteOpenMode.ReadWriteCreate);

            // First, so that a file of a newer version is left as it is.
            Schema.Migrate(_writer, _path);
            _writer.Run("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -16000;");
        }
        catch
        {
            _writer?.Dispose();
            _lock.Dispose();
            throw;
        }

        _thread = new Thread(WriteAll) { IsBackground = true, Name = "Durable writer" };
        _thread.Start();
    }

    /// <summary>Ends when the changes are on the disk.</summary>
    /// <param name="apply">Makes them; may be called again.</param>
    /// <param name="committed">What follows; on the writer's thread, so it must be short.</param>
    public Task<T> WriteAsync<T>(Func<DatabaseConnection, T> apply, Action<T>? committed = null)
    {
        ObjectDisposedException.ThrowIf(_writes.IsAddingCompleted, this);
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        var result = default(T)!;
        _writes.Add(
            new DatabaseWrite(
                c => result = apply(c),
                () =>
                {
                    committed?.Invoke(result);
                    done.TrySetResult(result);
                },
                e => done.TrySetException(e)
            )
        );
        return done.Task;
    }

    /// <summary>Reads what is committed, all of one moment.</summary>
    public T Read<T>(Func<DatabaseConnection, T> read)
    {
        ObjectDisposedException.ThrowIf(_writes.IsAddingCompleted, this);
        if (!_readers.TryTake(out var reader))
            reader = new DatabaseConnection(_path, SqliteOpenMode.ReadOnly);
        try
        {
            reader.Run("BEGIN");
            return read(reader);
        }
        finally
        {
            reader.Run("COMMIT");
            if (_writes.IsAddingCompleted)
                reader.Dispose();
            else
                _readers.Add(reader);
        }
    }

    /// <summary>Writes what waits, then closes the file.</summary>
    public void Dispose()
    {
        if (_writes.IsAddingCompleted)
            return;
        _writes.CompleteAdding();
        _thread.Join();
        while (_readers.TryTake(out var reader))
            reader.Dispose();
        _writer.Dispose();
        _lock.Dispose();
    }

    private void WriteAll()
    {
        var batch = new List<DatabaseWrite>();
        foreach (var first in _writes.GetConsumingEnumerable())
        {
            batch.Add(first);
            while (batch.Count < MaxWritesPerCommit && _writes.TryTake(out var next))
                batch.Add(next);

            // Where one of them spoils it for the rest, each for itself.
            if (TryCommit(batch) is not null)
                batch.ForEach(w => (TryCommit([w]) is { } error ? () => w.Failed(error) : w.Committed)());
            else
                batch.ForEach(w => w.Committed());
            batch.Clear();
        }
    }

    private Exception? TryCommit(List<DatabaseWrite> batch)
    {
        try
        {
            _writer.Run("BEGIN IMMEDIATE");
            batch.ForEach(w => w.Apply(_writer));
            _writer.Run("COMMIT");
            return null;
        }
#pragma warning disable CA1031 // Whatever it is, it belongs to those who asked for the writes, and the writer goes on.
        catch (Exception e)
#pragma warning restore CA1031
        {
            try
            {
                _writer.Run("ROLLBACK");
            }
            catch (SqliteException)
            {
                // SQLite has already rolled back.
            }

            return e;
        }
    }
}
