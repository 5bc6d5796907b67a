using System.CommandLine;
using Shellbox.Cli.Rendering;
using Shellbox.Cli.Ssh;
using Spectre.Console;

namespace Shellbox.Cli.Commands;

/// <summary><c>boxes</c>: the user's boxes.</summary>
internal sealed class BoxesCommand
{
    private readonly ClientOptions _client;
    private readonly CommandEnvironment _environment;

    private BoxesCommand(Command self, CommandEnvironment environment)
    {
        _environment = environment;
        _client = new ClientOptions(self);
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
        var settings = _client.Resolve(arguments, _environment);
        var identity = UserIdentity.Load(settings.IdentityFile);
        using var api = ApiClient.Create(settings, _environment.Time);
        var document = await api.ListBoxesAsync(identity.UserId, cancellationToken);
        if (_client.IsJson(arguments))
        {
            _environment.Output.WriteLine(JsonOutput.Format(document.Json));
            return ExitCode.Ok;
        }

        var boxes = document.Read().Boxes ?? [];
        if (boxes.Count == 0)
        {
            _environment.Console.WriteLine("You have no boxes.");
            return ExitCode.Ok;
        }

        _environment.Console.Write(BoxTable.Create(boxes, _environment.Time.GetUtcNow()));
        return ExitCode.Ok;
    }
}
