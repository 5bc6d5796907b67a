using System.Globalization;
using System.Security.Cryptography;
using Shellbox.Cli.Commands;
using Shellbox.Cli.Rendering;
using Shellbox.Cli.Ssh;
using Shellbox.Contracts;
using Shellbox.Contracts.Audit;
using Shellbox.Contracts.Http;
using Spectre.Console;

namespace Shellbox.Cli.LocalCloud;

/// <summary>What the demo does once the cloud stands: the way of a new user, with proof that the box survives.</summary>
internal sealed class Demonstration(ShellboxClient client, UserIdentity identity, LocalCloudOptions options, CommandEnvironment environment)
{
    private const string Box = LocalCloudOptions.BoxName;
    private const string HomeFile = "/root/hello.txt";
    private const string InstalledFile = "/usr/local/hello.txt";

    private readonly IAnsiConsole _console = environment.Console;
    private readonly IOperationView _view = OperationViews.For(environment.Console, environment.Time);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        _console.WriteLine();
        Heading($"1. Cold connect: {Box} is stopped, its volume detached");
        var first = await ConnectAsync(null, cancellationToken);

        // Of hexadecimal digits: it goes into a shell command.
        var token = $"hello-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4))}";
        Heading("2. Does the box survive? Write two files, stop it, connect again");
        var write = $"echo {token} | tee {HomeFile} {InstalledFile}";
        var hot = await ConnectAsync(write, cancellationToken);
        WriteOutput(await RunInBoxAsync(hot, write, cancellationToken));
        _console.WriteLine();

        await HoldAsync(cancellationToken);
        var woken = await ConnectAsync(null, cancellationToken);
        await DisconnectAsync(cancellationToken);
        var attachEnded = await AttachEndedAsync(first, cancellationToken);

        var second = await ConnectAsync(null, cancellationToken);
        var read = $"cat {HomeFile} {InstalledFile}";
        var output = await RunInBoxAsync(await ConnectAsync(read, cancellationToken), read, cancellationToken);
        WriteOutput(output);
        if (output != $"{token}\n{token}\n")
        {
            throw new CliException(ExitCode.Failed, $"The box did not survive: both files should say '{token}'.");
        }

        _console.MarkupLineInterpolated($"[green]Both files are there[/]: written on {first.InstanceId}, read on {second.InstanceId}.");

        _console.WriteLine();
        Heading("3. How long it took, from the request to the SSH banner");
        _console.Write(
            DemonstrationTable.Create([
                ("connect #1, volume detached", first),
                ("connect again, box running", hot),
                ("connect again, guest paused", woken),
                ("connect #2, volume detached", second),
            ])
        );
        WriteAttachEnd(first, attachEnded);
        if (options.TimeScale != 1)
        {
            var divided = string.Create(CultureInfo.InvariantCulture, $"Azure's latencies were divided by {options.TimeScale}");
            _console.MarkupLineInterpolated($"[yellow]{divided}: only figures taken with --time-scale 1 compare with the old flow.[/]");
        }
    }

    private async Task<ConnectResult> ConnectAsync(string? command, CancellationToken cancellationToken)
    {
        Command(command is null ? $"connect {Box} --no-shell" : $"connect {Box} --command", command);
        var result = (await new ConnectOperation(client, identity, _view, environment.Time).RunAsync(Box, cancellationToken)).Result;
        if (command is null)
        {
            ConnectSummary.Write(_console, result);
            _console.WriteLine();
        }
        else
        {
            ConnectSummary.WriteLine(_console, result);
        }

        return result;
    }

    private void WriteOutput(string output) => _console.Profile.Out.Writer.Write(output);

    private async Task<string> RunInBoxAsync(ConnectResult result, string command, CancellationToken cancellationToken)
    {
        var knownHosts = KnownHosts.Pin(Path.Combine(options.StateDirectory, "known_hosts.d"), result);
        var arguments = SshCommand.Arguments(result, identity.PrivateKeyFile, knownHosts, command);
        var (exitCode, output, error) = await SshProcess.CaptureAsync(arguments, cancellationToken);
        return exitCode == 0
            ? output
            : throw new CliException(ExitCode.Failed, $"The command in {Box} ended with exit code {exitCode}: {error.Trim()}");
    }

    private async Task HoldAsync(CancellationToken cancellationToken)
    {
        Command($"disconnect {Box} --hold", null);
        var outcome = await new DisconnectOperation(client, identity, _view, environment.Time).RunAsync(
            Box,
            sessionId: null,
            hold: null,
            wait: true,
            cancellationToken
        );
        var result = DisconnectOperation.Read(outcome.Document!);
        DisconnectCommand.WriteSummary(_console, Box, result, outcome.Took);
        _console.WriteLine();
        if (result.State != BoxState.Held.Word())
        {
            throw new CliException(ExitCode.Failed, $"{Box} should be held now, but it is {result.State}.");
        }
    }

    private async Task DisconnectAsync(CancellationToken cancellationToken)
    {
        Command($"disconnect {Box}", null);
        var outcome = await new DisconnectOperation(client, identity, _view, environment.Time).RunAsync(
            Box,
            sessionId: null,
            hold: TimeSpan.Zero,
            wait: true,
            cancellationToken
        );
        var result = DisconnectOperation.Read(outcome.Document!);
        DisconnectCommand.WriteSummary(_console, Box, result, outcome.Took);
        _console.WriteLine();
        if (result.State != BoxState.Stopped.Word())
        {
            throw new CliException(ExitCode.Failed, $"{Box} should be stopped now, but it is {result.State}.");
        }
    }

    // When Azure reported the end of the VM update that carried the disk: the app notes it in the box's audit log.
    private async Task<TimeSpan?> AttachEndedAsync(ConnectResult result, CancellationToken cancellationToken)
    {
        try
        {
            var page = await client.FindEventsAsync(identity.Box(Box), new EventFilter(), cancellationToken);
            return
                page.Read().Events.FirstOrDefault(e => e.Kind == "attach-operation-succeeded" && e.OperationId == result.OperationId)
                    is { } end
                ? end.At - result.RequestedAt
                : null;
        }
        catch (ShellboxClientException)
        {
            // A remark beside the figures; the demo does not stand or fall with it.
            return null;
        }
    }

    private void WriteAttachEnd(ConnectResult result, TimeSpan? attachEnded)
    {
        if (attachEnded is { } end)
        {
            var lead = end.TotalSeconds - result.Seconds;
            _console.WriteLine(
                $"In connect #1 Azure's attach operation ended {Durations.Format(end)} after the request, "
                    + $"{Durations.Format(Math.Abs(lead))} {(lead > 0 ? "after" : "before")} the SSH banner was read."
            );
        }
    }

    private void Heading(string text) =>
        _console.Write(
            new Page(new Rule($"[bold]{Markup.Escape(text)}[/]") { Justification = Justify.Left, Style = new Style(Color.Grey) })
        );

    private void Command(string command, string? argument) =>
        _console.Write(
            new Unwrapped($"$ ./shellbox {command}{(argument is null ? "" : " " + ShellQuote.Quote(argument))}", new Style(Color.Blue))
        );
}
