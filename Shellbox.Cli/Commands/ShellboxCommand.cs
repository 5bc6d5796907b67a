using System.CommandLine;
using System.CommandLine.Help;
using Shellbox.Contracts.Http;
using Shellbox.LocalCloud;
using Spectre.Console;

namespace Shellbox.Cli.Commands;

/// <summary>The root command: parses, runs, and turns every end into a sentence and an exit code.</summary>
internal static class ShellboxCommand
{
    private const string Description =
        "A Linux box behind one command.\n\n"
        + "Exit codes: 0 ok, 1 the operation failed, 2 bad usage or name, 3 not found, 4 not reachable, 5 not authorised, 130 interrupted.";

    public static async Task<int> RunAsync(
        IReadOnlyList<string> arguments,
        CommandEnvironment environment,
        CancellationToken cancellationToken
    )
    {
        // A box named "@file" is a bad name, not a file of further arguments.
        var parsed = Create(environment).Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Errors.Count > 0)
        {
            // The last is the most telling: "Unrecognized command or argument 'x'" comes after "Required command was not provided".
            WriteError(environment, parsed.Errors[^1].Message);

            var command = parsed.CommandResult.Command;
            environment.ErrorConsole.WriteLine(
                command.Parents.Any() is false ? "See './shellbox --help'." : $"See './shellbox {command.Name} --help'."
            );
            return ExitCode.Usage;
        }

        try
        {
            return await parsed.InvokeAsync(
                new InvocationConfiguration
                {
                    Output = environment.Output,
                    EnableDefaultExceptionHandler = false,
                    // Signals come in by the cancellation token: stopping the local cloud takes longer than a fixed time-out allows.
                    ProcessTerminationTimeout = null,
                },
                cancellationToken
            );
        }
        catch (ShellboxClientException refusal)
        {
            var failure = refusal.ToCliException();
            WriteError(environment, failure.Message);
            return failure.ExitCode;
        }
        catch (CliException failure)
        {
            WriteError(environment, failure.Message);
            return failure.ExitCode;
        }
        catch (LocalCloudException failure)
        {
            WriteError(environment, failure.Message);
            return ExitCode.Failed;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // A full disk, a directory of another user: the message names the file.
            WriteError(environment, failure.Message.TrimEnd('.') + ".");
            return ExitCode.Failed;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return ExitCode.Interrupted;
        }
    }

    // Not a RootCommand: that takes its name from the executable, and users call the script.
    private static Command Create(CommandEnvironment environment) =>
        new("./shellbox", Description)
        {
            new HelpOption(),
            ConnectCommand.Create(environment),
            DisconnectCommand.Create(environment),
            BoxesCommand.Create(environment),
            CreateCommand.Create(environment),
            DeleteCommand.Create(environment),
            StatusCommand.Create(environment),
            PoolCommand.Create(environment),
            EventsCommand.Create(environment),
            ReconcileCommand.Create(environment),
            RecoverCommand.Create(environment),
            UpCommand.Create(environment),
            DemoCommand.Create(environment),
        };

    private static void WriteError(CommandEnvironment environment, string message) =>
        environment.ErrorConsole.Write(new Paragraph(message + "\n", new Style(Color.Red)));
}
