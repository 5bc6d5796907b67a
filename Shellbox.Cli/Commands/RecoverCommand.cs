using System.CommandLine;
using Shellbox.Cli.Rendering;
using Spectre.Console;

namespace Shellbox.Cli.Commands;

/// <summary><c>recover</c>: rebuilds the tables from the tags and the providers after the storage account was lost.</summary>
internal sealed class RecoverCommand
{
    private readonly ClientOptions _client;
    private readonly CommandEnvironment _environment;

    private RecoverCommand(Command self, CommandEnvironment environment)
    {
        _environment = environment;
        _client = new ClientOptions(self, withAdminKey: true);
        self.SetAction(RunAsync);
    }

    public static Command Create(CommandEnvironment environment)
    {
        var self = new Command("recover", "Rebuild lost tables from tags and providers; nothing is deleted (for operators)");
        _ = new RecoverCommand(self, environment);
        return self;
    }

    private async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var json = _client.IsJson(arguments);
        var settings = _client.Resolve(arguments, _environment);
        using var api = ApiClient.Create(settings, _environment.Time);
        var document = await new FollowedOperation(api, _environment, json).RunAsync(
            "Rebuilding the tables",
            "recovery",
            () => api.RecoverFleetAsync(TimeSpan.Zero, cancellationToken),
            cancellationToken
        );
        if (json)
        {
            _environment.Output.WriteLine(JsonOutput.Format(document.Json));
            return ExitCode.Ok;
        }

        var report = document.Read();
        _environment.Console.WriteLine(
            $"Registered: {Counted.Of(report.Instances, "instance")}, {Counted.Of(report.Volumes, "volume")}, "
                + $"{Counted.Of(report.Boxes, "box", "boxes")} ({report.Running} with a guest that goes on running)."
        );
        if (report.SkippedCount == 0)
            return ExitCode.Ok;
        _environment.Console.WriteLine($"Left for you to decide: {report.SkippedCount}");
        foreach (var skipped in report.Skipped ?? [])
        {
            _environment.Console.Write(new Unwrapped($"  {skipped.ResourceId?.Split('/')[^1]}: {skipped.Reason}", Style.Plain));
        }

        return ExitCode.Ok;
    }
}
