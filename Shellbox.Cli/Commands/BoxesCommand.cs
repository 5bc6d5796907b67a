using System.CommandLine;
using Shellbox.Cli.Rendering;
using Shellbox.Cli.Ssh;
using Spectre.Console;

namespace Shellbox.Cli.Commands;

/// <summary><c>boxes</c>: the user's boxes.</summary>
internal sealed class BoxesCommand
{
    private readonly ClientOptions client;
    private readonly CommandEnvironment environment;

    private BoxesCommand(Command self, CommandEnvironment environment)
    {
        this.environment = environment;
        client = new ClientOptions(self);
        self.SetAction(RunAsync);
    }

    public static Command Create(CommandEnvironment environment)
    {
        var self = new Command("boxes", "List your boxes");
        _ = new BoxesCommand(self, environment);
        return self;
    }

    private async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var settings = client.Resolve(arguments, environment);
        var identity = UserIdentity.Load(settings.IdentityFile);
        using var api = ApiClient.Create(settings, environment.Time);
        var document = await api.ListBoxesAsync(identity.UserId, cancellationToken);
        if (client.IsJson(arguments))
        {
            environment.Output.WriteLine(JsonOutput.Format(document.Json));
            return ExitCode.Ok;
        }

        var boxes = document.Read().Boxes ?? [];
        if (boxes.Count == 0)
        {
            environment.Console.WriteLine("You have no boxes.");
            return ExitCode.Ok;
        }

        environment.Console.Write(BoxTable.Create(boxes, environment.Time.GetUtcNow()));
        return ExitCode.Ok;
    }
}
