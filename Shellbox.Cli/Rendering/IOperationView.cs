namespace Shellbox.Cli.Rendering;

/// <summary>Shows an operation while it runs.</summary>
internal interface IOperationView
{
    /// <summary>
    /// Runs <paramref name="work"/>, which calls its argument with every progress that it sees, and shows that until it ends.
    /// </summary>
    Task<T> ShowAsync<T>(string title, TimeSpan clockOffset, Func<Action<CustomStatus?, string?>, Task<T>> work);
}
