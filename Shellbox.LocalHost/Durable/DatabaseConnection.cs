using Microsoft.Data.Sqlite;

namespace Shellbox.LocalHost.Durable;

/// <summary>A connection that keeps the statements which were prepared on it. One thread at a time.</summary>
internal sealed class DatabaseConnection : IDisposable
{
    private readonly Dictionary<string, Statement> _statements = [];
    private readonly SqliteConnection _connection;

    public DatabaseConnection(string path, SqliteOpenMode mode)
    {
        _connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = mode, Pooling = false }.ToString());
        try
        {
            _connection.Open();
            Run("PRAGMA busy_timeout = 5000");
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public int Run(string sql, params ReadOnlySpan<object?> values) => Prepare(sql).Run(values);

    public object? Scalar(string sql, params ReadOnlySpan<object?> values) => Prepare(sql).Scalar(values);

    public SqliteDataReader Query(string sql, params ReadOnlySpan<object?> values) => Prepare(sql).Query(values);

    /// <summary>For several statements at once, which take no values and are used once.</summary>
    public void Execute(string sql)
    {
        using var statement = new Statement(_connection, sql);
        statement.Run();
    }

    public void Dispose()
    {
        foreach (var statement in _statements.Values) statement.Dispose();
        _connection.Dispose();
    }

    private Statement Prepare(string sql)
    {
        if (!_statements.TryGetValue(sql, out var statement)) _statements[sql] = statement = new Statement(_connection, sql);
        return statement;
    }
}
