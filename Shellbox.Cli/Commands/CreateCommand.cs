using System.CommandLine;
using Shellbox.Cli.Api;
using Shellbox.Cli.Ssh;
using Spectre.Console;

namespace Shellbox.Cli.Commands;

/// <summary><c>create BOX</c>: a new box from the pool, or the one that is there.</summary>
internal sealed class CreateCommand
{
    private readonly Argument<string> box = BoxArgument.Create();
    private readonly Option<string?> volume = new("--volume") { HelpName = "ID", Description = "Take this blank volume instead of any" };
    private readonly ClientOptions client;
    private readonly CommandEnvironment environment;

    private CreateCommand(Command self, CommandEnvironment environment)
    {
        this.environment = environment;
        self.Add(box);
        self.Add(volume);
        client = new ClientOptions(self);
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
        var boxName = arguments.GetRequiredValue(box);
        Names.RequireBoxName(boxName);
        var settings = client.Resolve(arguments, environment);
        var identity = UserIdentity.Load(settings.IdentityFile);
        using var api = new ShellboxClient(settings.Url, settings.FunctionKey, settings.AdminKey, environment.Time);

        var (created, document) = await api.CreateBoxAsync(identity.UserId, boxName, arguments.GetValue(volume), cancellationToken);
        if (client.IsJson(arguments))
        {
            environment.Output.WriteLine(JsonOutput.Format(document));
            return ExitCode.Ok;
        }

        var row = api.Deserialize(document, ApiJson.Default.Box);
        if (!created)
        {
            environment.Console.WriteLine($"{boxName} exists already; it is {row.State}.");
            return ExitCode.Ok;
        }

        var ready = row.State == "held" ? ", and ready in memory" : "";
        environment.Console.MarkupLineInterpolated(
            $"[green]{boxName} is created[/]{ready}: './shellbox connect {boxName}' opens a shell in it."
        );
        return ExitCode.Ok;
    }
}
