namespace Shellbox.Cli.Rendering;

/// <summary>For programs that want the result alone.</summary>
internal sealed class SilentOperationView : IOperationView
{
    public Task<T> ShowAsync<T>(string title, TimeSpan clockOffset, Func<Action<CustomStatus?, string?>, Task<T>> work) =>
        work((_, _) => { });
}
