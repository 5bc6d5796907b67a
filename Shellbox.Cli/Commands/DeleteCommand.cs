using System.CommandLine;
using Shellbox.Cli.Rendering;
using Shellbox.Cli.Ssh;
using Shellbox.Contracts.Http;
using Spectre.Console;

namespace Shellbox.Cli.Commands;

/// <summary><c>delete BOX</c>: the box and everything on its volume, for good.</summary>
internal sealed class DeleteCommand
{
    private readonly Argument<string> _box = BoxArgument.Create();
    private readonly Option<bool> _yes = new("--yes", "-y") { Description = "Do not ask" };
    private readonly ClientOptions _client;
    private readonly CommandEnvironment _environment;

    private DeleteCommand(Command self, CommandEnvironment environment)
    {
        _environment = environment;
        self.Add(_box);
        self.Add(_yes);
        _client = new ClientOptions(self);
        self.SetAction(RunAsync);
    }

    public static Command Create(CommandEnvironment environment)
    {
        var self = new Command("delete", "Delete a box and everything on its volume, for good");
        _ = new DeleteCommand(self, environment);
        return self;
    }

    private async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var boxName = arguments.GetRequiredValue(_box);
        Names.RequireBoxName(boxName);
        var json = _client.IsJson(arguments);
        var settings = _client.Resolve(arguments, _environment);
        var identity = UserIdentity.Load(settings.IdentityFile);
        using var api = ApiClient.Create(settings, _environment.Time);
        if (!arguments.GetValue(_yes) && !await IsMeantAsync(boxName, json, cancellationToken))
        {
            _environment.Console.WriteLine($"{boxName} stays as it is.");
            return ExitCode.Failed;
        }

        var console = json ? _environment.ErrorConsole : _environment.Console;
        IOperationView view =
            json && !OperationViews.IsLive(console) ? new SilentOperationView() : OperationViews.For(console, _environment.Time);
        try
        {
            var began = _environment.Time.GetTimestamp();
            var start = await api.DeleteBoxAsync(identity.Box(boxName), TimeSpan.Zero, cancellationToken);
            var document = start.StatusUri is null
                ? null
                : await view.ShowAsync(
                    $"Deleting {boxName}",
                    start.ClockOffset,
                    show => new OperationWatcher(api, _environment.Time).WaitAsync(start, "delete", show, cancellationToken)
                );
            if (document is not null && document.Read().State != DeleteResult.Deleted)
            {
                throw new CliException(
                    ExitCode.Failed,
                    $"Another delete of {boxName} has taken over. './shellbox status {boxName}' shows how it stands."
                );
            }

            if (json)
            {
                _environment.Output.WriteLine(document is { } result ? JsonOutput.Format(result.Json) : """{"state":"deleted"}""");
            }
            else
            {
                var elapsed = Durations.Format(_environment.Time.GetElapsedTime(began));
                console.MarkupLineInterpolated($"[green]{boxName} is deleted[/], and its volume with it, after {elapsed}");
            }

            return ExitCode.Ok;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            _environment.ErrorConsole.WriteLine(
                $"The delete of {boxName} goes on in the background. './shellbox status {boxName}' shows how it stands."
            );
            throw;
        }
    }

    /// <exception cref="CliException">Nobody is there to be asked.</exception>
    private Task<bool> IsMeantAsync(string boxName, bool json, CancellationToken cancellationToken) =>
        json || !_environment.Console.Profile.Capabilities.Interactive || Console.IsInputRedirected
            ? throw new CliException(
                ExitCode.Usage,
                $"This deletes {boxName} and everything on its volume, for good. Say --yes if that is meant."
            )
            : new ConfirmationPrompt($"Delete {boxName} and everything on its volume, for good?") { DefaultValue = false }.ShowAsync(
                _environment.Console,
                cancellationToken
            );
}
