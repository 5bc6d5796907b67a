using System.CommandLine;
using Shellbox.Cli.Api;
using Shellbox.Cli.Ssh;
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
        using var api = new ShellboxClient(settings.Url, settings.FunctionKey, settings.AdminKey, _environment.Time);

        var (created, document) = await api.CreateBoxAsync(identity.UserId, boxName, arguments.GetValue(_volume), cancellationToken);
        if (_client.IsJson(arguments))
        {
            _environment.Output.WriteLine(JsonOutput.Format(document));
            return ExitCode.Ok;
        }

        var row = api.Deserialize(document, ApiJson.Default.Box);
        if (!created)
        {
            _environment.Console.WriteLine($"{boxName} exists already; it is {row.State}.");
            return ExitCode.Ok;
        }

        var ready = row.State == "held" ? ", and ready in memory" : "";
        _environment.Console.MarkupLineInterpolated(
            $"[green]{boxName} is created[/]{ready}: './shellbox connect {boxName}' opens a shell in it."
        );
        return ExitCode.Ok;
    }
}
