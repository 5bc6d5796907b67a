using System.CommandLine;
using System.Text.Json;
using Shellbox.Cli.Api;
using Shellbox.Cli.Rendering;
using Spectre.Console;

namespace Shellbox.Cli.Commands;

/// <summary><c>pool</c>: what there is; <c>pool pause</c>, <c>pool resume</c> and <c>pool cost</c>.</summary>
internal sealed class PoolCommand
{
    private readonly ClientOptions _client;
    private readonly CommandEnvironment _environment;
    private readonly Func<ShellboxClient, ParseResult, CancellationToken, Task<JsonElement>> _ask;
    private readonly Action<ShellboxClient, JsonElement> _show;

    private PoolCommand(
        Command self,
        CommandEnvironment environment,
        Func<ShellboxClient, ParseResult, CancellationToken, Task<JsonElement>> ask,
        Action<ShellboxClient, JsonElement> show,
        bool withAdminKey = false
    )
    {
        _environment = environment;
        _ask = ask;
        _show = show;
        _client = new ClientOptions(self, withAdminKey, "for an operator's call");
        self.SetAction(RunAsync);
    }

    public static Command Create(CommandEnvironment environment)
    {
        var self = new Command("pool", "Show the pool: instances, blank volumes and boxes, and whether it grows")
        {
            CreatePause(environment),
            CreateResume(environment),
            CreateCost(environment),
        };
        _ = new PoolCommand(
            self,
            environment,
            (api, _, cancellationToken) => api.GetPoolAsync(cancellationToken),
            (api, document) =>
                environment.Console.Write(PoolGrid.Of(api.Deserialize(document, ApiJson.Default.PoolReport), environment.Time.GetUtcNow()))
        );
        return self;
    }

    private static Command CreatePause(CommandEnvironment environment)
    {
        var reason = new Option<string?>("--reason") { HelpName = "TEXT", Description = "Why, for whoever looks next" };
        var self = new Command("pause", "Let the pool create and remove nothing until it is resumed") { reason };
        _ = new PoolCommand(
            self,
            environment,
            (api, arguments, cancellationToken) => api.PausePoolAsync(true, arguments.GetValue(reason), cancellationToken),
            (_, _) => environment.Console.WriteLine("The pool is paused: it creates and removes nothing."),
            withAdminKey: true
        );
        return self;
    }

    private static Command CreateResume(CommandEnvironment environment)
    {
        var self = new Command("resume", "Let the pool go on");
        _ = new PoolCommand(
            self,
            environment,
            (api, _, cancellationToken) => api.PausePoolAsync(false, null, cancellationToken),
            (_, _) => environment.Console.WriteLine("The pool goes on."),
            withAdminKey: true
        );
        return self;
    }

    private static Command CreateCost(CommandEnvironment environment)
    {
        var days = new Option<int>("--days")
        {
            HelpName = "N",
            Description = "How many days, today included",
            DefaultValueFactory = _ => 7,
        };
        var self = new Command("cost", "Show instance-hours and disk-hours by state") { days };
        _ = new PoolCommand(
            self,
            environment,
            (api, arguments, cancellationToken) => api.GetPoolCostAsync(arguments.GetValue(days), cancellationToken),
            (api, document) => environment.Console.Write(PoolCostTable.Create(api.Deserialize(document, ApiJson.Default.PoolCost)))
        );
        return self;
    }

    private async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var settings = _client.Resolve(arguments, _environment);
        using var api = new ShellboxClient(settings.Url, settings.FunctionKey, settings.AdminKey, _environment.Time);
        var document = await _ask(api, arguments, cancellationToken);
        if (_client.IsJson(arguments))
        {
            _environment.Output.WriteLine(JsonOutput.Format(document));
        }
        else
        {
            _show(api, document);
        }

        return ExitCode.Ok;
    }
}
