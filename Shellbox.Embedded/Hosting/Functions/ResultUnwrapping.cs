using System.Reflection;

namespace Shellbox.Embedded.Hosting.Functions;

/// <summary>Awaits whatever a function returns.</summary>
internal static class ResultUnwrapping
{
    public static Func<object?, Task<object?>> For(Type returnType)
    {
        if (returnType == typeof(void))
            return static _ => Task.FromResult<object?>(null);
        if (returnType == typeof(Task))
            return static async r => await AwaitAsync((Task)r!).ConfigureAwait(true);
        if (returnType == typeof(ValueTask))
            return static async r => await AwaitAsync(((ValueTask)r!).AsTask()).ConfigureAwait(true);
        if (returnType.IsGenericType)
        {
            var definition = returnType.GetGenericTypeDefinition();
            var method = definition == typeof(Task<>) ? nameof(OfTaskAsync) : definition == typeof(ValueTask<>) ? nameof(OfValueTaskAsync) : null;
            if (method is not null)
            {
                return typeof(ResultUnwrapping).GetMethod(method, BindingFlags.NonPublic | BindingFlags.Static)!
                    .MakeGenericMethod(returnType.GetGenericArguments())
                    .CreateDelegate<Func<object?, Task<object?>>>();
            }
        }

        return static r => Task.FromResult(r);
    }

    private static async Task<object?> AwaitAsync(Task task)
    {
        await task.ConfigureAwait(true);
        return null;
    }

    // The caller's scheduler is kept: it may be that of an orchestrator.
    private static async Task<object?> OfTaskAsync<T>(object? result) =>
        result is null ? null : await ((Task<T>)result).ConfigureAwait(true);

    private static async Task<object?> OfValueTaskAsync<T>(object? result) => await ((ValueTask<T>)result!).ConfigureAwait(true);
}
