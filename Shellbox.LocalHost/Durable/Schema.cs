using System.Globalization;

namespace Shellbox.LocalHost.Durable;

/// <summary>The tables, and how a file of an older version is brought up to date. Times are ticks of UTC.</summary>
internal static class Schema
{
    /// <summary>Each entry leads from the version of its index to the next. Entries are only ever added.</summary>
    private static readonly string[] Migrations =
    [
        """
            CREATE TABLE instances(
                id TEXT PRIMARY KEY, execution TEXT NOT NULL, status INTEGER NOT NULL, created INTEGER NOT NULL, updated INTEGER NOT NULL,
                input TEXT, output TEXT, state TEXT NOT NULL);
            CREATE TABLE history(id TEXT NOT NULL, turn INTEGER NOT NULL, events TEXT NOT NULL, PRIMARY KEY(id, turn)) WITHOUT ROWID;
            CREATE TABLE messages(
                seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL, due INTEGER NOT NULL, sent INTEGER NOT NULL,
                message TEXT NOT NULL);
            CREATE INDEX messages_by_instance ON messages(id);
            CREATE TABLE activities(seq INTEGER PRIMARY KEY AUTOINCREMENT, message TEXT NOT NULL);
            """,
    ];

    /// <exception cref="InvalidOperationException">The file is of a newer version than is known here.</exception>
    public static void Migrate(DatabaseConnection connection, string path)
    {
        var version = Convert.ToInt32(connection.Scalar("PRAGMA user_version"), CultureInfo.InvariantCulture);
        if (version > Migrations.Length)
        {
            throw new InvalidOperationException(
                $"The database of orchestrations {path} has schema version {version}, written by a newer host; this one knows up to "
                    + $"{Migrations.Length}. Use the newer one, or another file (host.json: {SqliteOptions.DatabasePathInFull})."
            );
        }

        for (; version < Migrations.Length; version++)
        {
            connection.Run($"BEGIN IMMEDIATE; {Migrations[version]} PRAGMA user_version = {version + 1}; COMMIT;");
        }
    }
}
