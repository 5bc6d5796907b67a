namespace Shellbox.Embedded.Engine.Storage;

/// <summary>A write with a result that somebody awaits.</summary>
internal sealed class FunctionWrite<T>(Func<StoreWriter, T> apply, Action<T>? committed, Action<Exception>? failed = null) : StoreWrite
{
    // Those who await must not run on the writer's thread.
    private readonly TaskCompletionSource<T> done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T result = default!;

    public Task<T> Done => done.Task;

    public override void Apply(StoreWriter writer) => result = apply(writer);

    public override void Committed()
    {
        committed?.Invoke(result);
        done.SetResult(result);
    }

    public override void Failed(Exception exception)
    {
        failed?.Invoke(exception);
        done.SetException(exception);
        if (failed is not null)
            _ = done.Task.Exception;
    }
}
