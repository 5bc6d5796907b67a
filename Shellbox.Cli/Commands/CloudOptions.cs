using System.CommandLine;
using Shellbox.Cli.LocalCloud;

namespace Shellbox.Cli.Commands;

/// <summary>The options of the commands that start a local cloud.</summary>
internal sealed class CloudOptions
{
    private static readonly OrderedDictionary<string, GuestKind> Guests = new()
    {
        ["small"] = GuestKind.Small,
        ["debian"] = GuestKind.Debian,
    };

    private readonly Option<double> timeScale = new("--time-scale")
    {
        HelpName = "N",
        Description = "Divide the simulated latencies of Azure by N; 1 is real time",
        DefaultValueFactory = _ => 1,
    };

    private readonly Option<int> instances = new("--instances")
    {
        HelpName = "N",
        Description = "Instances in the pool",
        DefaultValueFactory = _ => LocalCloudOptions.DefaultInstances,
    };

    private readonly Option<int> seed = new("--seed")
    {
        HelpName = "N",
        Description = "Seed of the simulated latencies",
        DefaultValueFactory = _ => LocalCloudOptions.DefaultSeed,
    };

    private readonly Option<int> port = new("--port")
    {
        HelpName = "PORT",
        Description = "Port of the app on 127.0.0.1; 0 takes a free one",
    };

    private readonly Option<string> guest = new("--guest")
    {
        HelpName = "small|debian",
        Description =
            "What runs in the box: a small guest that boots in seconds, or a whole Debian (built first, which takes some minutes)",
        DefaultValueFactory = _ => "small",
    };

    private readonly Option<string> durable = new("--durable")
    {
        HelpName = string.Join('|', DurableStorageWords.Options.Keys),
        Description = "Where orchestrations are kept: in the storage account, as in Azure, or in a file, which is faster",
        DefaultValueFactory = _ => DurableStorageWords.Options.GetAt(0).Key,
    };

    private readonly Option<string?> state = new("--state") { HelpName = "DIR" };
    private readonly string? defaultSubdirectory;

    /// <param name="command">The command that takes them.</param>
    /// <param name="defaultPort">The app's port unless another is given.</param>
    /// <param name="defaultSubdirectory">Where in the usual state directory the cloud lives unless a directory is given; null is the
    /// directory itself.</param>
    public CloudOptions(Command command, int defaultPort, string? defaultSubdirectory = null)
    {
        this.defaultSubdirectory = defaultSubdirectory;
        state.Description =
            "Directory for keys, logs and state "
            + (
                defaultSubdirectory is null
                    ? "[SHELLBOX_STATE, else .shellbox]"
                    : $"[{defaultSubdirectory}/ in SHELLBOX_STATE, else in .shellbox]"
            );
        port.DefaultValueFactory = _ => defaultPort;
        timeScale.Validators.Add(result =>
            Require(result.GetValueOrDefault<double>() is > 0 and <= 10_000, result, "--time-scale takes a number above 0 and up to 10000.")
        );
        instances.Validators.Add(result =>
            Require(result.GetValueOrDefault<int>() is >= 1 and <= 200, result, "--instances takes a number from 1 to 200.")
        );
        port.Validators.Add(result =>
            Require(result.GetValueOrDefault<int>() is >= 0 and <= 65535, result, "--port takes a number from 0 to 65535.")
        );
        guest.Validators.Add(result =>
            Require(
                result.Tokens.Count == 0 || Guests.ContainsKey(result.Tokens[0].Value),
                result,
                $"--guest takes {string.Join(" or ", Guests.Keys)}."
            )
        );
        durable.Validators.Add(result =>
            Require(
                result.Tokens.Count == 0 || DurableStorageWords.Options.ContainsKey(result.Tokens[0].Value),
                result,
                $"--durable takes {string.Join(" or ", DurableStorageWords.Options.Keys)}."
            )
        );
        command.Add(guest);
        command.Add(durable);
        command.Add(timeScale);
        command.Add(instances);
        command.Add(seed);
        command.Add(port);
        command.Add(state);
    }

    public LocalCloudOptions Read(ParseResult arguments, CommandEnvironment environment)
    {
        var given = arguments.GetValue(state);
        var directory = ConnectionSettings.ResolveStateDirectory(given, environment);
        return new LocalCloudOptions(
            given is null && defaultSubdirectory is not null ? Path.Combine(directory, defaultSubdirectory) : directory,
            arguments.GetValue(port),
            arguments.GetValue(instances),
            arguments.GetValue(timeScale),
            arguments.GetValue(seed),
            Guests[arguments.GetValue(guest)!],
            DurableStorageWords.Options[arguments.GetValue(durable)!]
        );
    }

    private static void Require(bool valid, System.CommandLine.Parsing.OptionResult result, string message)
    {
        if (!valid)
        {
            result.AddError(message);
        }
    }
}
