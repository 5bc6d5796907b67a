namespace Shellbox.LocalHost.Durable;

/// <summary>Something to be written in one transaction, and what follows once that is on the disk.</summary>
internal abstract class DatabaseWrite
{
    public abstract void Apply(DatabaseConnection connection);

    public abstract void Committed();

    public abstract void Failed(Exception error);
}

/// <inheritdoc/>
/// <param name="apply">Makes the changes. May be called again if its transaction had to be undone.</param>
/// <param name="committed">What follows; on the writer's thread, so it must be short.</param>
internal sealed class DatabaseWrite<T>(Func<DatabaseConnection, T> apply, Action<T>? committed) : DatabaseWrite
{
    private readonly TaskCompletionSource<T> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T _result = default!;

    public Task<T> Done => _done.Task;

    public override void Apply(DatabaseConnection connection) => _result = apply(connection);

    public override void Committed()
    {
        try
        {
            committed?.Invoke(_result);
            _done.TrySetResult(_result);
        }
#pragma warning disable CA1031 // The writer's thread goes on; who asked for the write hears of it.
        catch (Exception e)
#pragma warning restore CA1031
        {
            _done.TrySetException(e);
        }
    }

    public override void Failed(Exception error) => _done.TrySetException(error);
}
