using System.CommandLine;
using Shellbox.Cli.Rendering;
using Shellbox.Cli.Ssh;
using Spectre.Console;

namespace Shellbox.Cli.Commands;

/// <summary>
/// <c>disconnect BOX</c>: ends a session; after the last one the guest is saved and the volume detached, at once or after a hold.
/// </summary>
internal sealed class DisconnectCommand
{
    private readonly Argument<string> _box = BoxArgument.Create();
    private readonly Option<string?> _session = new("--session")
    {
        HelpName = "ID",
        Description = "End this session alone; without it all end",
    };
    private readonly Option<double?> _hold = new("--hold")
    {
        HelpName = "SECONDS",
        Arity = ArgumentArity.ZeroOrOne,
        Description = "Keep the guest paused in memory first; without SECONDS as long as the app is set up to",
    };

    private readonly Option<bool> _wait = new("--wait") { Description = "Wait until the volume is detached (the default)" };
    private readonly Option<bool> _noWait = new("--no-wait") { Description = "Return as soon as the app has accepted" };
    private readonly ClientOptions _client;
    private readonly CommandEnvironment _environment;

    private DisconnectCommand(Command self, CommandEnvironment environment)
    {
        _environment = environment;
        self.Add(_box);
        self.Add(_session);
        self.Add(_hold);
        self.Add(_wait);
        self.Add(_noWait);
        _client = new ClientOptions(self);
        self.SetAction(RunAsync);
    }

    public static Command Create(CommandEnvironment environment)
    {
        var self = new Command("disconnect", "End the sessions of a box: it stops, and its volume is detached");
        _ = new DisconnectCommand(self, environment);
        return self;
    }

    private async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var boxName = arguments.GetRequiredValue(_box);
        Names.RequireBoxName(boxName);
        if (arguments.GetValue(_wait) && arguments.GetValue(_noWait))
        {
            throw new CliException(ExitCode.Usage, "--wait and --no-wait cannot be combined: choose one.");
        }

        var settings = _client.Resolve(arguments, _environment);
        var identity = UserIdentity.Load(settings.IdentityFile);
        using var api = ApiClient.Create(settings, _environment.Time);

        var json = _client.IsJson(arguments);
        var console = json ? _environment.ErrorConsole : _environment.Console;
        IOperationView view =
            json && !OperationViews.IsLive(console) ? new SilentOperationView() : OperationViews.For(console, _environment.Time);
        try
        {
            var outcome = await new DisconnectOperation(api, identity, view, _environment.Time).RunAsync(
                boxName,
                arguments.GetValue(_session),
                Hold(arguments),
                !arguments.GetValue(_noWait),
                cancellationToken
            );
            if (json)
            {
                _environment.Output.WriteLine(outcome.Document is { } end ? JsonOutput.Format(end.Json) : """{"state":"releasing"}""");
            }
            else
            {
                WriteSummary(console, boxName, outcome.Document is { } end ? DisconnectOperation.Read(end) : null, outcome.Took);
            }

            return ExitCode.Ok;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            _environment.ErrorConsole.WriteLine(
                $"The disconnect of {boxName} goes on in the background. './shellbox status {boxName}' shows how it stands."
            );
            throw;
        }
    }

    private TimeSpan? Hold(ParseResult arguments)
    {
        const double Longest = 86_400;
        if (arguments.GetResult(_hold) is null)
        {
            return TimeSpan.Zero;
        }

        if (arguments.GetValue(_hold) is not { } seconds)
            return null;
        return seconds is >= 0 and <= Longest
            ? TimeSpan.FromSeconds(seconds)
            : throw new CliException(ExitCode.Usage, $"--hold is a number of seconds from 0 to {Longest:0}.");
    }

    internal static void WriteSummary(IAnsiConsole console, string boxName, DisconnectResult? result, TimeSpan? took)
    {
        switch (result)
        {
            case null:
                console.WriteLine($"{boxName} is being stopped. './shellbox status {boxName}' shows how it stands.");
                break;
            case { State: "stopped" } when took is { } time:
                console.MarkupLineInterpolated(
                    $"[green]{boxName} is stopped[/]: its volume is detached and its instance free, after {Durations.Format(time)}"
                );
                break;
            case { State: "stopped" }:
                console.WriteLine($"{boxName} was stopped already.");
                break;
            case { State: "held" }:
                console.WriteLine(
                    $"{boxName} is held: its guest is paused in memory. './shellbox connect {boxName}' wakes it; it is saved "
                        + $"when the hold ends."
                );
                break;
            case { State: "superseded" }:
                console.WriteLine($"A connect came in between: {boxName} goes on.");
                break;
            case { State: "attached", Sessions: 0 }:
                throw new CliException(
                    ExitCode.Failed,
                    $"{boxName}'s guest is stopped, but its volume could not be detached; the app tries again. './shellbox "
                        + $"status {boxName}' shows how it stands."
                );
            case { Sessions: 1 }:
                console.WriteLine($"{boxName} is {result.State}: one other session goes on.");
                break;
            default:
                console.WriteLine($"{boxName} is {result.State}: {result.Sessions} other sessions go on.");
                break;
        }
    }
}
