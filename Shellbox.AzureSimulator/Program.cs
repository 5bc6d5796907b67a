using System.CommandLine;
using Shellbox.AzureSimulator.Commands;

// The command ends by itself on SIGINT and SIGTERM, as soon as it has cleaned up: it must not be ended before.
return await SimulatorCommand.Create().Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
