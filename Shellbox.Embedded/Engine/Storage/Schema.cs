using Microsoft.Data.Sqlite;

namespace Shellbox.Embedded.Engine.Storage;

/// <summary>The tables, and how a file of an older version is brought up to date.</summary>
internal static class Schema
{
    /// <summary>Each entry leads from the version of its index to the next. Entries are only ever added.</summary>
    private static readonly string[] Migrations =
    [
        """
        CREATE TABLE instances(
            key INTEGER PRIMARY KEY AUTOINCREMENT,
            id TEXT NOT NULL UNIQUE,
            name TEXT NOT NULL,
            version TEXT,
            status INTEGER NOT NULL,
            input TEXT,
            output TEXT,
            custom_status TEXT,
            created INTEGER NOT NULL,
            updated INTEGER NOT NULL,
            start_at INTEGER,
            parent_id TEXT,
            parent_name TEXT,
            parent_key INTEGER NOT NULL DEFAULT 0,
            parent_task INTEGER NOT NULL DEFAULT -1,
            tags TEXT,
            carried TEXT,
            history_length INTEGER NOT NULL DEFAULT 0,
            attempts INTEGER NOT NULL DEFAULT 0);
        CREATE INDEX instances_by_parent ON instances(parent_key) WHERE parent_key <> 0;
        CREATE INDEX instances_by_created ON instances(created);
        CREATE TABLE history(
            key INTEGER NOT NULL,
            seq INTEGER NOT NULL,
            type INTEGER NOT NULL,
            at INTEGER NOT NULL,
            task INTEGER NOT NULL,
            name TEXT,
            data TEXT,
            extra TEXT,
            PRIMARY KEY(key, seq)) WITHOUT ROWID;
        CREATE TABLE inbox(
            seq INTEGER PRIMARY KEY AUTOINCREMENT,
            id TEXT NOT NULL,
            type INTEGER NOT NULL,
            key INTEGER NOT NULL,
            task INTEGER NOT NULL,
            name TEXT,
            data TEXT,
            extra TEXT);
        CREATE INDEX inbox_by_instance ON inbox(id, seq);
        CREATE TABLE tasks(
            key INTEGER NOT NULL,
            task INTEGER NOT NULL,
            id TEXT NOT NULL,
            name TEXT NOT NULL,
            input TEXT,
            attempts INTEGER NOT NULL DEFAULT 0,
            PRIMARY KEY(key, task)) WITHOUT ROWID;
        CREATE TABLE timers(
            key INTEGER NOT NULL,
            task INTEGER NOT NULL,
            id TEXT NOT NULL,
            fire_at INTEGER NOT NULL,
            PRIMARY KEY(key, task)) WITHOUT ROWID;
        CREATE TABLE schedules(
            name TEXT PRIMARY KEY,
            last INTEGER NOT NULL,
            next INTEGER NOT NULL,
            updated INTEGER NOT NULL) WITHOUT ROWID;
        """,
    ];

    public static void Migrate(SqliteConnection connection)
    {
        ArgumentNullException.ThrowIfNull(connection);
        var version = (int)Scalar(connection, "PRAGMA user_version");
        if (version > Migrations.Length)
        {
            throw new InvalidOperationException(
                $"The database {connection.DataSource} has schema version {version}, written by a newer Shellbox; this one knows up to "
                + $"{Migrations.Length}. Use the newer one, or another file (EmbeddedHost:DatabasePath).");
        }

        for (; version < Migrations.Length; version++)
            Execute(connection, $"BEGIN IMMEDIATE; {Migrations[version]} PRAGMA user_version = {version + 1}; COMMIT;");
    }

    public static void Execute(SqliteConnection connection, string sql)
    {
        using var statement = new Statement(connection, sql);
        statement.Run();
    }

    public static long Scalar(SqliteConnection connection, string sql)
    {
        using var statement = new Statement(connection, sql);
        return statement.Scalar() is long value ? value : 0;
    }
}
