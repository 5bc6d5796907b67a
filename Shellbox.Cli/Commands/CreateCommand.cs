using System.CommandLine;
using Shellbox.Cli.Ssh;
using Shellbox.Contracts;
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
        using var api = ApiClient.Create(settings, environment.Time);

        var (created, document) = await api.CreateBoxAsync(identity.Box(boxName), arguments.GetValue(volume), cancellationToken);
        if (client.IsJson(arguments))
        {
            environment.Output.WriteLine(JsonOutput.Format(document.Json));
            return ExitCode.Ok;
        }

        var row = document.Read();
        if (!created)
        {
            environment.Console.WriteLine($"{boxName} exists already; it is {row.State.Word()}.");
            return ExitCode.Ok;
        }

        var ready = row.State is BoxState.Held ? ", and ready in memory" : "";
        environment.Console.MarkupLineInterpolated(
            $"[green]{boxName} is created[/]{ready}: './shellbox connect {boxName}' opens a shell in it."
        );
        return ExitCode.Ok;
    }
}
