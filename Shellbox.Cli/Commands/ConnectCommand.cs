using System.CommandLine;
using System.Text.Json.Nodes;
using Shellbox.Cli.Rendering;
using Shellbox.Cli.Ssh;
using Shellbox.Contracts;
using Shellbox.Contracts.Http;
using Spectre.Console;

namespace Shellbox.Cli.Commands;

/// <summary><c>connect BOX</c>: makes the box ready, then opens a shell in it.</summary>
internal sealed class ConnectCommand
{
    private readonly Argument<string> _box = BoxArgument.Create();
    private readonly Option<bool> _noShell = new("--no-shell", "--wait-only")
    {
        Description = "Stop when the box is ready; print how to reach it",
    };
    private readonly Option<string?> _command = new("--command", "-c")
    {
        HelpName = "CMD",
        Description = "Run one command in the box instead of a shell and end with its exit code",
    };

    private readonly ClientOptions _client;
    private readonly CommandEnvironment _environment;

    private ConnectCommand(Command self, CommandEnvironment environment)
    {
        _environment = environment;
        self.Add(_box);
        self.Add(_noShell);
        self.Add(_command);
        _client = new ClientOptions(self);
        self.SetAction(RunAsync);
    }

    public static Command Create(CommandEnvironment environment)
    {
        var self = new Command("connect", "Make a box ready and open a shell in it");
        _ = new ConnectCommand(self, environment);
        return self;
    }

    private async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var boxName = arguments.GetRequiredValue(_box);
        Names.RequireBoxName(boxName);
        var remoteCommand = arguments.GetValue(_command);
        var json = _client.IsJson(arguments);
        if (remoteCommand is not null && (json || arguments.GetValue(_noShell)))
        {
            throw new CliException(ExitCode.Usage, "--command cannot be combined with --json or --no-shell: choose one.");
        }

        var settings = _client.Resolve(arguments, _environment);
        var identity = UserIdentity.Load(settings.IdentityFile);
        using var api = ApiClient.Create(settings, _environment.Time);

        // Standard output belongs to the JSON document or to the remote command's own output.
        var console = json || remoteCommand is not null ? _environment.ErrorConsole : _environment.Console;
        IOperationView view =
            json && !OperationViews.IsLive(console) ? new SilentOperationView() : OperationViews.For(console, _environment.Time);

        ConnectOutcome outcome;
        try
        {
            outcome = await new ConnectOperation(api, identity, view, _environment.Time).RunAsync(boxName, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            _environment.ErrorConsole.WriteLine(
                $"The connect to {boxName} goes on in the background. './shellbox status {boxName}' shows how it stands, "
                    + $"'./shellbox connect {boxName}' joins it."
            );
            throw;
        }

        if (json)
        {
            _environment.Output.WriteLine(ToJson(outcome));
            return ExitCode.Ok;
        }

        var knownHosts = KnownHosts.Pin(settings.KnownHostsDirectory, outcome.Result);
        var ssh = SshCommand.Arguments(outcome.Result, identity.PrivateKeyFile, knownHosts, remoteCommand);
        if (remoteCommand is not null)
        {
            ConnectSummary.WriteLine(console, outcome.Result);
            var exitCode = await RunAsync(api, identity, boxName, outcome, ssh);
            await EndSessionAsync(api, identity, boxName, outcome.SessionId, cancellationToken);
            return exitCode;
        }

        ConnectSummary.Write(console, outcome.Result);
        if (arguments.GetValue(_noShell))
        {
            WriteHowToReach(console, outcome, boxName, ssh);
            return ExitCode.Ok;
        }

        console.WriteLine();
        var shell = await RunAsync(api, identity, boxName, outcome, ssh);
        var state = await EndSessionAsync(api, identity, boxName, outcome.SessionId, cancellationToken);
        var next =
            state == BoxState.Held.Word()
                ? $"{boxName} is paused in memory: './shellbox connect {boxName}' wakes it, './shellbox disconnect {boxName}' saves it "
                    + "and detaches its volume at once."
                : $"{boxName} is {state ?? "running"}. './shellbox disconnect {boxName}' stops it and detaches its volume.";
        _environment.ErrorConsole.MarkupLineInterpolated($"[grey]{next}[/]");
        return shell;
    }

    /// <summary>Runs ssh, and says meanwhile that the session is alive.</summary>
    private async Task<int> RunAsync(
        ShellboxClient api,
        UserIdentity identity,
        string boxName,
        ConnectOutcome outcome,
        IReadOnlyList<string> ssh
    )
    {
        await using var heartbeat = SessionHeartbeat.Start(api, identity.Box(boxName), outcome, _environment.Time);
        return await SshProcess.RunAsync(ssh);
    }

    /// <summary>
    /// Ends the session of this command alone. What it was for has been done: that it cannot be ended is said, and is no failure of the
    /// command.
    /// </summary>
    /// <returns>The box's state; null when it is not known.</returns>
    private async Task<string?> EndSessionAsync(
        ShellboxClient api,
        UserIdentity identity,
        string boxName,
        string? sessionId,
        CancellationToken cancellationToken
    )
    {
        if (sessionId is null)
        {
            return null;
        }

        try
        {
            var answer = await api.DisconnectAsync(identity.Box(boxName), sessionId, hold: null, TimeSpan.Zero, cancellationToken);
            return answer.Result is { } result ? DisconnectOperation.Read(result).State : null;
        }
        catch (ShellboxClientException failure)
        {
            _environment.ErrorConsole.WriteLine($"The session could not be ended: {failure.ToCliException().Message}");
            return null;
        }
        catch (CliException failure)
        {
            _environment.ErrorConsole.WriteLine($"The session could not be ended: {failure.Message}");
            return null;
        }
    }

    private static void WriteHowToReach(IAnsiConsole console, ConnectOutcome outcome, string boxName, IReadOnlyList<string> ssh)
    {
        if (outcome.SessionId is { } session)
        {
            console.MarkupLineInterpolated($"session   {session}");
        }

        console.WriteLine();
        console.WriteLine($"A shell:    ./shellbox connect {boxName}");

        // Not wrapped by the console: this line is there to be copied.
        console.Profile.Out.Writer.WriteLine("Or by hand: ssh " + string.Join(' ', ssh.Select(ShellQuote.Quote)));
    }

    private static string ToJson(ConnectOutcome outcome)
    {
        var document = JsonObject.Create(outcome.Document)!;
        document["sessionId"] = outcome.SessionId;
        return document.ToJsonString(JsonOutput.Options);
    }
}
