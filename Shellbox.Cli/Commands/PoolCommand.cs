using System.CommandLine;
using Shellbox.Cli.Rendering;
using Shellbox.Contracts.Http;
using Spectre.Console;

namespace Shellbox.Cli.Commands;

/// <summary><c>pool</c>: what there is; <c>pool pause</c>, <c>pool resume</c> and <c>pool cost</c>.</summary>
internal sealed class PoolCommand(CommandEnvironment environment)
{
    public static Command Create(CommandEnvironment environment)
    {
        var pool = new PoolCommand(environment);
        var self = new Command("pool", "Show the pool: instances, blank volumes and boxes, and whether it grows")
        {
            pool.CreatePause(),
            pool.CreateResume(),
            pool.CreateCost(),
        };
        pool.SetAction(
            self,
            (api, _, cancellationToken) => api.GetPoolAsync(cancellationToken),
            document => environment.Console.Write(PoolGrid.Of(document.Read(), environment.Time.GetUtcNow()))
        );
        return self;
    }

    private Command CreatePause()
    {
        var reason = new Option<string?>("--reason") { HelpName = "TEXT", Description = "Why, for whoever looks next" };
        var self = new Command("pause", "Let the pool create and remove nothing until it is resumed") { reason };
        SetAction(
            self,
            (api, arguments, cancellationToken) => api.PausePoolAsync(true, arguments.GetValue(reason), cancellationToken),
            _ => environment.Console.WriteLine("The pool is paused: it creates and removes nothing."),
            withAdminKey: true
        );
        return self;
    }

    private Command CreateResume()
    {
        var self = new Command("resume", "Let the pool go on");
        SetAction(
            self,
            (api, _, cancellationToken) => api.PausePoolAsync(false, null, cancellationToken),
            _ => environment.Console.WriteLine("The pool goes on."),
            withAdminKey: true
        );
        return self;
    }

    private Command CreateCost()
    {
        var days = new Option<int>("--days")
        {
            HelpName = "N",
            Description = "How many days, today included",
            DefaultValueFactory = _ => 7,
        };
        var self = new Command("cost", "Show instance-hours and disk-hours by state") { days };
        SetAction(
            self,
            (api, arguments, cancellationToken) => api.GetPoolCostAsync(arguments.GetValue(days), cancellationToken),
            document => environment.Console.Write(PoolCostTable.Create(document.Read()))
        );
        return self;
    }

    private void SetAction<T>(
        Command self,
        Func<ShellboxClient, ParseResult, CancellationToken, Task<ApiDocument<T>>> ask,
        Action<ApiDocument<T>> show,
        bool withAdminKey = false
    )
        where T : class
    {
        var client = new ClientOptions(self, withAdminKey, "for an operator's call");
        self.SetAction(RunAsync);

        async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
        {
            using var api = ApiClient.Create(client.Resolve(arguments, environment), environment.Time);
            var document = await ask(api, arguments, cancellationToken);
            if (client.IsJson(arguments))
                environment.Output.WriteLine(JsonOutput.Format(document.Json));
            else
                show(document);
            return ExitCode.Ok;
        }
    }
}
