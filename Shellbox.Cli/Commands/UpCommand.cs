using System.CommandLine;
using Shellbox.Cli.LocalCloud;
using Shellbox.Cli.Rendering;
using Spectre.Console;

namespace Shellbox.Cli.Commands;

/// <summary><c>up</c>: a local cloud that stays until Ctrl-C.</summary>
internal sealed class UpCommand
{
    private readonly CloudOptions _cloud;
    private readonly CommandEnvironment _environment;

    private UpCommand(Command self, CommandEnvironment environment)
    {
        _environment = environment;
        _cloud = new CloudOptions(self, LocalCloudOptions.DefaultPort);
        self.SetAction(RunAsync);
    }

    public static Command Create(CommandEnvironment environment)
    {
        var self = new Command("up", "Start a local cloud and stay until Ctrl-C; every start is a fresh cloud, only the SSH keys stay");
        _ = new UpCommand(self, environment);
        return self;
    }

    private async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var options = _cloud.Read(arguments, _environment) with { PoolGrows = true };
        var console = _environment.Console;
        var start = _environment.Time.GetTimestamp();
        console.WriteLine($"Starting the local cloud in {options.StateDirectory}");
        try
        {
            await using var host = await LocalCloudHost.StartAsync(
                options,
                _environment,
                line => console.WriteLine("  " + line),
                cancellationToken
            );
            var elapsed = Durations.Format(_environment.Time.GetElapsedTime(start));
            console.MarkupLineInterpolated($"[green]The local cloud stands[/] after {elapsed}. Now, in another terminal:");
            WriteNextSteps(console, options, _environment);
            try
            {
                await host.WatchAsync(cancellationToken);
            }
            finally
            {
                console.WriteLine("Stopping the local cloud ...");
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Ctrl-C is how this command is meant to end.
            console.WriteLine("The local cloud is stopped.");
        }

        return ExitCode.Ok;
    }

    private static void WriteNextSteps(IAnsiConsole console, LocalCloudOptions options, CommandEnvironment environment)
    {
        var state =
            options.StateDirectory == ConnectionSettings.ResolveStateDirectory(null, environment)
                ? ""
                : $" --state {Ssh.ShellQuote.Quote(options.StateDirectory)}";
        console.WriteLine();
        console.WriteLine($"  ./shellbox connect {LocalCloudOptions.BoxName}{state}       a shell in the box");
        console.WriteLine($"  ./shellbox disconnect {LocalCloudOptions.BoxName}{state}    stop it and detach its volume");
        console.WriteLine($"  ./shellbox create NAME{state}         another box, from the pool");
        console.WriteLine($"  ./shellbox boxes{state}               your boxes");
        console.WriteLine($"  ./shellbox status{state}              the app, its pool, the last reconciliation");
        console.WriteLine();
        console.WriteLine($"Ctrl-C stops the cloud. Logs: {Path.Combine(options.StateDirectory, "logs")}");
    }
}
