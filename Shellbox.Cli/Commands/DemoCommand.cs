using System.CommandLine;
using System.Globalization;
using Shellbox.Cli.LocalCloud;
using Shellbox.Cli.Rendering;
using Shellbox.Cli.Ssh;
using Shellbox.Contracts.Http;
using Shellbox.LocalCloud;
using Spectre.Console;

namespace Shellbox.Cli.Commands;

/// <summary><c>demo</c>: a local cloud, the way of a new user through it, and an end.</summary>
internal sealed class DemoCommand
{
    private readonly CloudOptions _cloud;
    private readonly CommandEnvironment _environment;

    private DemoCommand(Command self, CommandEnvironment environment)
    {
        _environment = environment;

        // A free port: a demo may run beside the cloud of 'up'.
        _cloud = new CloudOptions(self, defaultPort: 0, defaultSubdirectory: "demo");
        self.SetAction(RunAsync);
    }

    public static Command Create(CommandEnvironment environment)
    {
        var self = new Command("demo", "Start a local cloud, connect cold, hot and cold again, show what it took, and stop");
        _ = new DemoCommand(self, environment);
        return self;
    }

    private async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var options = _cloud.Read(arguments, _environment);
        var console = _environment.Console;
        var start = _environment.Time.GetTimestamp();
        console.WriteLine("A local cloud: Azure's latencies are simulated, sshd, QEMU, the guest and SSH are real.");
        console.WriteLine(
            $"Box {LocalCloudOptions.BoxName} is connected cold, connected again while it runs, stopped until its volume is "
                + $"detached, connected again."
        );
        console.WriteLine($"That takes {Estimate(options.TimeScale)} and cleans up after itself, also on Ctrl-C.");
        console.WriteLine();
        console.WriteLine($"Starting the local cloud in {options.StateDirectory}");
        try
        {
            await using (
                var host = await LocalCloudHost.StartAsync(options, _environment, line => console.WriteLine("  " + line), cancellationToken)
            )
            {
                var identity = UserIdentity.Load(host.File.IdentityFile);
                using var client = ApiClient.Create(host.File.Url, host.File.FunctionKey, host.File.AdminKey, _environment.Time);
                await host.RunAsync(token => new Demonstration(client, identity, options, _environment).RunAsync(token), cancellationToken);
            }

            console.WriteLine();
            console.WriteLine(
                $"Done in {Durations.Format(_environment.Time.GetElapsedTime(start))}; the local cloud is stopped. Next: ./shellbox up"
            );
            return ExitCode.Ok;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            console.WriteLine("Interrupted; the local cloud is stopped.");
            throw;
        }
        catch (Exception e)
            when (e is CliException or ShellboxClientException or LocalCloudException
                && Directory.Exists(Path.Combine(options.StateDirectory, "logs"))
            )
        {
            _environment.ErrorConsole.WriteLine(
                $"The demo failed; the local cloud is stopped. Its logs are in {Path.Combine(options.StateDirectory, "logs")}."
            );
            throw;
        }
    }

    // Start and guests are not simulated: they take what they take.
    private static string Estimate(double timeScale) =>
        timeScale switch
        {
            1 => "2 to 3 minutes",
            < 1 => string.Create(CultureInfo.InvariantCulture, $"about {2.5 / timeScale:0} minutes"),
            _ => "1 to 2 minutes",
        };
}
