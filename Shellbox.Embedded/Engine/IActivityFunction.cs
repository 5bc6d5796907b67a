namespace Shellbox.Embedded.Engine;

/// <summary>An activity of the app.</summary>
internal interface IActivityFunction
{
    string Name { get; }

    /// <summary>Runs it.</summary>
    /// <param name="instanceId">The orchestration that called it.</param>
    /// <param name="input">Its input as JSON.</param>
    /// <param name="cancellation">The host stops, or the function's time is over.</param>
    /// <returns>Its result as JSON.</returns>
    Task<string?> RunAsync(string instanceId, string? input, CancellationToken cancellation);
}
