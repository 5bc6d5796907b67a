using Microsoft.Data.Sqlite;

namespace Shellbox.LocalHost.Durable;

/// <summary>
/// A connection that keeps what was prepared on it. The parameters are <c>$0</c>, <c>$1</c> and so on. One thread at a time.
/// </summary>
internal sealed class DatabaseConnection : IDisposable
{
    private readonly Dictionary<string, SqliteCommand> _commands = [];
    private readonly SqliteConnection _connection;

    public DatabaseConnection(string path, SqliteOpenMode mode)
    {
        _connection = new SqliteConnection(
            new SqliteConnectionStringBuilder
            {
                DataSource = path,
                Mode = mode,
                Pooling = false,
            }.ToString()
        );
        _connection.Open();
    }

    public int Run(string sql, params ReadOnlySpan<object?> values) => Command(sql, values).ExecuteNonQuery();

    public object? Scalar(string sql, params ReadOnlySpan<object?> values) => Command(sql, values).ExecuteScalar();

    public SqliteDataReader Query(string sql, params ReadOnlySpan<object?> values) => Command(sql, values).ExecuteReader();

    public void Dispose()
    {
        foreach (var command in _commands.Values)
            command.Dispose();
        _connection.Dispose();
    }

    private SqliteCommand Command(string sql, ReadOnlySpan<object?> values)
    {
        if (!_commands.TryGetValue(sql, out var command))
        {
            _commands[sql] = command = _connection.CreateCommand();
#pragma warning disable CA2100 // The texts are constants of this folder; values are always parameters.
            command.CommandText = sql;
#pragma warning restore CA2100
            for (var i = 0; i < values.Length; i++)
                command.Parameters.Add(new SqliteParameter("$" + i, DBNull.Value));
        }

        for (var i = 0; i < values.Length; i++)
            command.Parameters[i].Value = values[i] ?? DBNull.Value;
        return command;
    }
}
