using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;

namespace Shellbox.Embedded.Engine.Storage;

/// <summary>
/// The file behind the engine. One thread writes; all writes that wait while it commits go into the next transaction together, so the cost of
/// a sync to disk is shared by whoever is under way. Reads have connections of their own (WAL) and never wait.
/// </summary>
internal sealed class DurableStore : IDisposable
{
    private const int MostWritesPerCommit = 512;

    private readonly object gate = new();
    private readonly ConcurrentBag<StoreReader> readers = [];
    private readonly string connectionString;
    private readonly DatabaseLock databaseLock;
    private readonly SqliteConnection connection;
    private readonly StoreWriter writer;
    private readonly Thread thread;
    private readonly Action<Exception> afterCommitFailed;
    private readonly Queue<StoreWrite> waiting = new();
    private bool closing;

    public DurableStore(string path, bool syncEveryCommit, Action<Exception> afterCommitFailed)
    {
        this.afterCommitFailed = afterCommitFailed;
        path = System.IO.Path.GetFullPath(path);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        databaseLock = DatabaseLock.Take(path);
        try
        {
            Path = path;
            connection = Open(new SqliteConnectionStringBuilder
            {
                DataSource = path,
                Pooling = false,
                Mode = SqliteOpenMode.ReadWriteCreate,
            }.ToString());

            // First, so that a file of a newer version is left as it is.
            Schema.Migrate(connection);
            Schema.Execute(connection, "PRAGMA journal_mode = WAL");
            Schema.Execute(connection, $"PRAGMA synchronous = {(syncEveryCommit ? "FULL" : "NORMAL")}");
            Schema.Execute(connection, "PRAGMA cache_size = -16000");
            connectionString = new SqliteConnectionStringBuilder
            {
                DataSource = path,
                Pooling = false,
                Mode = SqliteOpenMode.ReadOnly,
            }.ToString();
            LastKey = Schema.Scalar(connection, "SELECT seq FROM sqlite_sequence WHERE name = 'instances'");
            writer = new StoreWriter(connection);
        }
        catch
        {
            connection?.Dispose();
            databaseLock.Dispose();
            throw;
        }

        thread = new Thread(WriteAll) { IsBackground = true, Name = "Durable writer" };
        thread.Start();
    }

    public string Path { get; }

    /// <summary>The highest execution key that was ever used when the file was opened.</summary>
    public long LastKey { get; }

    public void Write(StoreWrite write)
    {
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(closing, this);
            waiting.Enqueue(write);
            if (waiting.Count == 1)
                Monitor.Pulse(gate);
        }
    }

    public Task<T> WriteAsync<T>(Func<StoreWriter, T> apply, Action<T>? committed = null)
    {
        var write = new FunctionWrite<T>(apply, committed);
        Write(write);
        return write.Done;
    }

    public T Read<T>(Func<StoreReader, T> read)
    {
        if (!readers.TryTake(out var reader))
            reader = new StoreReader(Open(connectionString));
        try
        {
            return read(reader);
        }
        finally
        {
            readers.Add(reader);
        }
    }

    /// <summary>Writes what waits, then closes the file.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            if (closing)
                return;
            closing = true;
            Monitor.Pulse(gate);
        }

        thread.Join();
        while (readers.TryTake(out var reader))
            reader.Dispose();
        writer.Dispose();
        connection.Dispose();
        databaseLock.Dispose();
    }

    private static SqliteConnection Open(string connectionString)
    {
        var connection = new SqliteConnection(connectionString);
        try
        {
            connection.Open();
            Schema.Execute(connection, "PRAGMA busy_timeout = 5000");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private void WriteAll()
    {
        var batch = new List<StoreWrite>();
        while (TakeBatch(batch))
        {
            if (Commit(batch, out var error))
            {
                foreach (var write in batch)
                    Follow(write.Committed);
            }
            else if (batch.Count == 1)
            {
                Follow(() => batch[0].Failed(error!));
            }
            else
            {
                // One of them spoils it for the rest: find out which.
                foreach (var write in batch)
                {
                    if (Commit([write], out error))
                        Follow(write.Committed);
                    else
                        Follow(() => write.Failed(error!));
                }
            }

            batch.Clear();
        }
    }

    private void Follow(Action step)
    {
        try
        {
            step();
        }
#pragma warning disable CA1031 // The writer's thread must go on.
        catch (Exception e)
#pragma warning restore CA1031
        {
            afterCommitFailed(e);
        }
    }

    private bool TakeBatch(List<StoreWrite> batch)
    {
        lock (gate)
        {
            while (waiting.Count == 0)
            {
                if (closing)
                    return false;
                Monitor.Wait(gate);
            }

            while (batch.Count < MostWritesPerCommit && waiting.TryDequeue(out var write))
                batch.Add(write);
            return true;
        }
    }

    private bool Commit(List<StoreWrite> batch, out Exception? error)
    {
        try
        {
            writer.Execute("BEGIN IMMEDIATE");
            foreach (var write in batch)
                write.Apply(writer);
            writer.Execute("COMMIT");
            error = null;
            return true;
        }
#pragma warning disable CA1031 // Whatever it is, it belongs to those who asked for the writes, and the writer must go on.
        catch (Exception e)
#pragma warning restore CA1031
        {
            error = e;
            try
            {
                writer.Execute("ROLLBACK");
            }
            catch (SqliteException)
            {
                // SQLite has already rolled back.
            }

            return false;
        }
    }
}
