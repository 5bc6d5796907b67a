using System.CommandLine;
using Shellbox.Cli.LocalCloud;
using Shellbox.LocalCloud;

namespace Shellbox.Cli.Commands;

/// <summary>The options of the commands that start a local cloud.</summary>
internal sealed class CloudOptions
{
    private static readonly OrderedDictionary<string, GuestKind> Guests = new()
    {
        ["small"] = GuestKind.Small,
        ["debian"] = GuestKind.Debian,
    };

    private readonly Option<double> _timeScale = new("--time-scale")
    {
        HelpName = "N",
        Description = "Divide the simulated latencies of Azure by N; 1 is real time",
        DefaultValueFactory = _ => 1,
    };

    private readonly Option<int> _instances = new("--instances")
    {
        HelpName = "N",
        Description = "Instances in the pool",
        DefaultValueFactory = _ => LocalCloudOptions.DefaultInstances,
    };

    private readonly Option<int> _seed = new("--seed")
    {
        HelpName = "N",
        Description = "Seed of the simulated latencies",
        DefaultValueFactory = _ => LocalCloudOptions.DefaultSeed,
    };

    private readonly Option<int> _port = new("--port")
    {
        HelpName = "PORT",
        Description = "Port of the app on 127.0.0.1; 0 takes a free one",
    };

    private readonly Option<string> _guest = new("--guest")
    {
        HelpName = "small|debian",
        Description =
            "What runs in the box: a small guest that boots in seconds, or a whole Debian (built first, which takes some minutes)",
        DefaultValueFactory = _ => "small",
    };

    private readonly Option<string> _durable = new("--durable")
    {
        HelpName = string.Join('|', DurableStorageNames.OnCommandLine.Keys),
        Description = "Where orchestrations are kept: in the storage account, as in Azure, or in a file, which is faster",
        DefaultValueFactory = _ => DurableStorageNames.OnCommandLine.GetAt(0).Key,
    };

    private readonly Option<string?> _state = new("--state") { HelpName = "DIR" };
    private readonly string? _defaultSubdirectory;

    /// <param name="command">The command that takes them.</param>
    /// <param name="defaultPort">The app's port unless another is given.</param>
    /// <param name="defaultSubdirectory">Where in the usual state directory the cloud lives unless a directory is given; null is the
    /// directory itself.</param>
    public CloudOptions(Command command, int defaultPort, string? defaultSubdirectory = null)
    {
        _defaultSubdirectory = defaultSubdirectory;
        _state.Description =
            "Directory for keys, logs and state "
            + (
                defaultSubdirectory is null
                    ? "[SHELLBOX_STATE, else .shellbox]"
                    : $"[{defaultSubdirectory}/ in SHELLBOX_STATE, else in .shellbox]"
            );
        _port.DefaultValueFactory = _ => defaultPort;
        _timeScale.Validators.Add(result =>
            Require(result.GetValueOrDefault<double>() is > 0 and <= 10_000, result, "--time-scale takes a number above 0 and up to 10000.")
        );
        _instances.Validators.Add(result =>
            Require(result.GetValueOrDefault<int>() is >= 1 and <= 200, result, "--instances takes a number from 1 to 200.")
        );
        _port.Validators.Add(result =>
            Require(result.GetValueOrDefault<int>() is >= 0 and <= 65535, result, "--port takes a number from 0 to 65535.")
        );
        _guest.Validators.Add(result =>
            Require(
                result.Tokens.Count == 0 || Guests.ContainsKey(result.Tokens[0].Value),
                result,
                $"--guest takes {string.Join(" or ", Guests.Keys)}."
            )
        );
        _durable.Validators.Add(result =>
            Require(
                result.Tokens.Count == 0 || DurableStorageNames.OnCommandLine.ContainsKey(result.Tokens[0].Value),
                result,
                $"--durable takes {string.Join(" or ", DurableStorageNames.OnCommandLine.Keys)}."
            )
        );
        command.Add(_guest);
        command.Add(_durable);
        command.Add(_timeScale);
        command.Add(_instances);
        command.Add(_seed);
        command.Add(_port);
        command.Add(_state);
    }

    public LocalCloudOptions Read(ParseResult arguments, CommandEnvironment environment)
    {
        var given = arguments.GetValue(_state);
        var directory = ConnectionSettings.ResolveStateDirectory(given, environment);
        return new LocalCloudOptions
        {
            StateDirectory = given is null && _defaultSubdirectory is not null ? Path.Combine(directory, _defaultSubdirectory) : directory,
            Port = arguments.GetValue(_port),
            Instances = arguments.GetValue(_instances),
            TimeScale = arguments.GetValue(_timeScale),
            Seed = arguments.GetValue(_seed),
            Guest = Guests[arguments.GetValue(_guest)!],
            Durable = DurableStorageNames.OnCommandLine[arguments.GetValue(_durable)!],
        };
    }

    private static void Require(bool valid, System.CommandLine.Parsing.OptionResult result, string message)
    {
        if (!valid)
        {
            result.AddError(message);
        }
    }
}
