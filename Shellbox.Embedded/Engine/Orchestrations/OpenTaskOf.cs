using System.Text.Json;

namespace Shellbox.Embedded.Engine.Orchestrations;

/// <summary>An open task with a typed result.</summary>
internal sealed class OpenTask<T> : OpenTask
{
    private readonly TaskCompletionSource<T> source = new();

    public Task<T> Task => source.Task;

    public override void Succeed(string? data)
    {
        T result;
        try
        {
            result = Json.Deserialize<T>(data)!;
        }
        catch (Exception e) when (e is JsonException or NotSupportedException)
        {
            source.TrySetException(e);
            return;
        }

        source.TrySetResult(result);
    }

    public override void Fail(Exception exception) => source.TrySetException(exception);

    public override void Cancel(CancellationToken cancellation) => source.TrySetCanceled(cancellation);
}
