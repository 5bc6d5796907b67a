using System.CommandLine;
using Shellbox.Cli.Rendering;
using Shellbox.Cli.Ssh;
using Shellbox.Contracts.Audit;

namespace Shellbox.Cli.Commands;

/// <summary><c>events [BOX]</c>: the audit log of a box, or of a day for operators.</summary>
internal sealed class EventsCommand
{
    private const int MaxLimit = 1000;

    private readonly Argument<string?> _box = new("BOX")
    {
        Description = "Name of a box; without it a day's log of everything (admin key)",
        Arity = ArgumentArity.ZeroOrOne,
    };
    private readonly Option<string?> _day = new("--day")
    {
        HelpName = "DAY",
        Description = "This day in UTC alone, as in 2026-11-25 [without a box: today]",
    };
    private readonly Option<string?> _instance = new("--instance") { HelpName = "ID", Description = "What concerns this instance alone" };
    private readonly Option<string?> _kind = new("--kind")
    {
        HelpName = "KIND",
        Description = "What is of this kind alone, such as connected",
    };
    private readonly Option<int> _limit = new("--limit")
    {
        HelpName = "N",
        Description = "The newest N entries",
        DefaultValueFactory = _ => 100,
    };
    private readonly Option<string?> _after = new("--after")
    {
        HelpName = "POSITION",
        Description = "Those that are older: what a log that is cut off ends with",
    };
    private readonly ClientOptions _client;
    private readonly CommandEnvironment _environment;

    private EventsCommand(Command self, CommandEnvironment environment)
    {
        _environment = environment;
        self.Add(_box);
        self.Add(_day);
        self.Add(_instance);
        self.Add(_kind);
        self.Add(_limit);
        self.Add(_after);
        _client = new ClientOptions(self, withAdminKey: true);
        self.SetAction(RunAsync);
    }

    public static Command Create(CommandEnvironment environment)
    {
        var self = new Command("events", "Show the audit log of a box, or of a day");
        _ = new EventsCommand(self, environment);
        return self;
    }

    private async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var boxName = arguments.GetValue(_box);
        if (boxName is not null)
            Names.RequireBoxName(boxName);
        if (arguments.GetValue(_limit) is < 1 or > MaxLimit)
            throw new CliException(ExitCode.Usage, $"--limit is a number from 1 to {MaxLimit}.");

        var settings = _client.Resolve(arguments, _environment);
        using var api = ApiClient.Create(settings, _environment.Time);
        var document = await api.FindEventsAsync(
            boxName is null ? null : UserIdentity.Load(settings.IdentityFile).Box(boxName),
            new EventFilter(
                arguments.GetValue(_day),
                arguments.GetValue(_instance),
                arguments.GetValue(_kind),
                arguments.GetValue(_after),
                arguments.GetValue(_limit)
            ),
            cancellationToken
        );
        if (_client.IsJson(arguments))
        {
            _environment.Output.WriteLine(JsonOutput.Format(document.Json));
            return ExitCode.Ok;
        }

        var page = document.Read();
        foreach (var entry in page.Events ?? [])
            _environment.Console.Write(EventLine.Of(entry, withSubject: boxName is null));
        if (page.Events is not { Count: > 0 })
            _environment.Console.Write(EventLine.Note("No entries."));
        if (page.Next is { } next)
            _environment.Console.Write(EventLine.Note($"There are older ones: --after {next}"));
        return ExitCode.Ok;
    }
}
