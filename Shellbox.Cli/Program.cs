using Shellbox.Cli;
using Shellbox.Cli.Commands;

using var signals = new StopSignals();
return await ShellboxCommand.RunAsync(args, CommandEnvironment.OfThisProcess(), signals.Token);
