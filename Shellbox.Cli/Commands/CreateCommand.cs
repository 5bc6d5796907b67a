using System.CommandLine;
using Shellbox.Cli.Ssh;
using Shellbox.Contracts;
using Spectre.Console;

namespace Shellbox.Cli.Commands;

/// <summary><c>create BOX</c>: a new box from the pool, or the one that is there.</summary>
internal sealed class CreateCommand
{
    private readonly Argument<string> _box = BoxArgument.Create();
    private readonly Option<string?> _volume = new("--volume") { HelpName = "ID", Description = "Take this blank volume instead of any" };
    private readonly ClientOptions _client;
    private readonly CommandEnvironment _environment;

    private CreateCommand(Command self, CommandEnvironment environment)
    {
        _environment = environment;
        self.Add(_box);
        self.Add(_volume);
        _client = new ClientOptions(self);
        self.SetAction(RunAsync);
    }

    public static Command Create(CommandEnvironment environment)
    {
        var self = new Command("create", "Create a box");
        _ = new CreateCommand(self, environment);
        return self;
    }

    private async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var boxName = arguments.GetRequiredValue(_box);
        Names.RequireBoxName(boxName);
        var settings = _client.Resolve(arguments, _environment);
        var identity = UserIdentity.Load(settings.IdentityFile);
        using var api = ApiClient.Create(settings, _environment.Time);

        var (created, document) = await api.CreateBoxAsync(identity.Box(boxName), arguments.GetValue(_volume), cancellationToken);
        if (_client.IsJson(arguments))
        {
            _environment.Output.WriteLine(JsonOutput.Format(document.Json));
            return ExitCode.Ok;
        }

        var row = document.Read();
        if (!created)
        {
            _environment.Console.WriteLine($"{boxName} exists already; it is {row.State.Word()}.");
            return ExitCode.Ok;
        }

        var ready = row.State is BoxState.Held ? ", and ready in memory" : "";
        _environment.Console.MarkupLineInterpolated(
            $"[green]{boxName} is created[/]{ready}: './shellbox connect {boxName}' opens a shell in it."
        );
        return ExitCode.Ok;
    }
}
