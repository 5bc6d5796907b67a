using Shellbox.Cli.Rendering;
using Shellbox.Contracts.Http;

namespace Shellbox.Cli.Commands;

/// <summary>An operation of the app's that a command starts and follows to its end.</summary>
/// <param name="api">The app.</param>
/// <param name="environment">What is around the command.</param>
/// <param name="json">Whether standard output is for the result alone.</param>
internal sealed class FollowedOperation(ShellboxClient api, CommandEnvironment environment, bool json)
{
    /// <param name="title">What the progress is headed with.</param>
    /// <param name="name">What is under way, for messages: "recovery".</param>
    /// <param name="start">Starts it.</param>
    /// <param name="cancellationToken">Ends the waiting, not the operation.</param>
    /// <returns>Its result.</returns>
    public async Task<ApiDocument<T>> RunAsync<T>(
        string title,
        string name,
        Func<Task<OperationStart<T>>> start,
        CancellationToken cancellationToken
    )
        where T : class
    {
        var console = json ? environment.ErrorConsole : environment.Console;
        IOperationView view =
            json && !OperationViews.IsLive(console) ? new SilentOperationView() : OperationViews.For(console, environment.Time);
        try
        {
            var started = await start();
            return started.Result
                ?? await view.ShowAsync(
                    title,
                    started.ClockOffset,
                    show => new OperationWatcher(api, environment.Time).WaitAsync(started, name, show, cancellationToken)
                );
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            environment.ErrorConsole.Write(new Unwrapped($"The {name} goes on in the background.", Spectre.Console.Style.Plain));
            throw;
        }
    }
}
