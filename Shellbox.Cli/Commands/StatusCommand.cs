using System.CommandLine;
using System.Text.Json.Nodes;
using Shellbox.Cli.Rendering;
using Shellbox.Cli.Ssh;
using Shellbox.Contracts.Http;

namespace Shellbox.Cli.Commands;

/// <summary><c>status [BOX]</c>: one box, or the app, its pool and its last reconciliation.</summary>
internal sealed class StatusCommand
{
    private readonly Argument<string?> _box = new("BOX")
    {
        Description = "Name of a box; without it the app's own state",
        Arity = ArgumentArity.ZeroOrOne,
    };
    private readonly ClientOptions _client;
    private readonly CommandEnvironment _environment;

    private StatusCommand(Command self, CommandEnvironment environment)
    {
        _environment = environment;
        self.Add(_box);
        _client = new ClientOptions(self, withAdminKey: true);
        self.SetAction(RunAsync);
    }

    public static Command Create(CommandEnvironment environment)
    {
        var self = new Command("status", "Show a box, or the app with its pool and last reconciliation");
        _ = new StatusCommand(self, environment);
        return self;
    }

    private async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var boxName = arguments.GetValue(_box);
        if (boxName is not null)
        {
            Names.RequireBoxName(boxName);
        }

        var settings = _client.Resolve(arguments, _environment);
        using var api = ApiClient.Create(settings, _environment.Time);
        return boxName is null
            ? await ShowAppAsync(api, _client.IsJson(arguments), cancellationToken)
            : await ShowBoxAsync(api, UserIdentity.Load(settings.IdentityFile), boxName, _client.IsJson(arguments), cancellationToken);
    }

    private async Task<int> ShowBoxAsync(
        ShellboxClient api,
        UserIdentity identity,
        string boxName,
        bool json,
        CancellationToken cancellationToken
    )
    {
        var document = await api.GetBoxAsync(identity.Box(boxName), cancellationToken);
        if (json)
        {
            _environment.Output.WriteLine(JsonOutput.Format(document.Json));
        }
        else
        {
            _environment.Console.Write(StatusGrid.Of(document.Read(), _environment.Time.GetUtcNow()));
        }

        return ExitCode.Ok;
    }

    private async Task<int> ShowAppAsync(ShellboxClient api, bool json, CancellationToken cancellationToken)
    {
        var start = _environment.Time.GetTimestamp();
        var pool = await api.GetPoolAsync(cancellationToken);
        var answered = _environment.Time.GetElapsedTime(start);
        var reconciliation = api.HasAdminKey ? await api.GetReconciliationAsync(cancellationToken) : null;
        if (json)
        {
            var document = new JsonObject
            {
                ["url"] = api.Address.AbsoluteUri.TrimEnd('/'),
                ["answeredInSeconds"] = Math.Round(answered.TotalSeconds, 3),
                ["pool"] = JsonObject.Create(pool.Json),
                ["reconciliation"] = reconciliation is { } report ? JsonObject.Create(report.Json) : null,
            };
            _environment.Output.WriteLine(document.ToJsonString(JsonOutput.Options));
        }
        else
        {
            _environment.Console.Write(
                StatusGrid.Of((api.Address, answered), pool.Read(), api.HasAdminKey, reconciliation?.Read(), _environment.Time.GetUtcNow())
            );
        }

        return ExitCode.Ok;
    }
}
