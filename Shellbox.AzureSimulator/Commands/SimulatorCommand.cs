using System.CommandLine;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using Shellbox.AzureSimulator.Fleets;

namespace Shellbox.AzureSimulator.Commands;

/// <summary>The command line: starts a simulator and keeps it until SIGINT or SIGTERM.</summary>
internal static class SimulatorCommand
{
    public static RootCommand Create()
    {
        var defaults = new AzureSimulatorOptions();
        var port = new Option<int>("--port") { Description = "HTTPS port of Resource Manager on 127.0.0.1; 0 takes a free one." };
        var identityPort = new Option<int>("--identity-port")
        {
            Description = "HTTP port of the managed-identity endpoint on 127.0.0.1; 0 takes a free one.",
        };
        var state = new Option<string?>("--state") { Description = "Directory for instances and disks; needed for --instances sshd." };
        var fleet = new Option<string?>("--fleet") { Description = "JSON file that says what exists at the start." };
        var instances = new Option<InstanceKind>("--instances") { Description = "What stands behind a VM: none, or a real sshd." };
        var instancePort = new Option<int>("--instance-port")
        {
            Description = "TCP port of the instances' sshd.",
            DefaultValueFactory = _ => defaults.InstancePort,
        };
        var image = new Option<string?>("--instance-image") { Description = "Directory tree that every instance's root starts with." };
        var timeScale = new Option<double>("--time-scale")
        {
            Description = "Simulated seconds in a real second; 1 is real time.",
            DefaultValueFactory = _ => 1,
        };
        var seed = new Option<int>("--seed") { Description = "The same seed draws the same durations.", DefaultValueFactory = _ => 1 };
        var subscription = new Option<string>("--subscription")
        {
            Description = "The subscription, a GUID.",
            DefaultValueFactory = _ => defaults.SubscriptionId,
        };
        var group = new Option<string>("--resource-group")
        {
            Description = "The resource group that exists at the start.",
            DefaultValueFactory = _ => defaults.ResourceGroup,
        };
        var machines = new Option<int>("--vms") { Description = "VMs vm-0001 and up that exist at the start, beside the fleet's." };
        var disks = new Option<int>("--disks")
        {
            Description = "Disks vol-0001 and up of 4 GB that exist at the start, beside the fleet's.",
        };
        var throttling = new Option<bool>("--no-throttling") { Description = "Lifts Azure's request limits." };
        var readyFile = new Option<string?>("--ready-file") { Description = "File that is written, as JSON, once the simulator is up." };
        var verbose = new Option<bool>("--verbose") { Description = "Logs every request." };
        var command = new RootCommand(
            "Simulates Azure Resource Manager (compute, tags), Resource Graph and managed identity on this machine."
        )
        {
            port,
            identityPort,
            state,
            fleet,
            machines,
            disks,
            instances,
            instancePort,
            image,
            timeScale,
            seed,
            subscription,
            group,
            throttling,
            readyFile,
            verbose,
        };
        command.SetAction(
            (parsed, cancellationToken) =>
            {
                return RunAsync(
                    () =>
                        new AzureSimulatorOptions
                        {
                            Port = parsed.GetValue(port),
                            IdentityPort = parsed.GetValue(identityPort),
                            StateDirectory = parsed.GetValue(state),
                            Fleet = NumberedFleet.Add(
                                parsed.GetValue(fleet) is { } path ? FleetFile.Read(path) : new FleetDescription(),
                                parsed.GetValue(machines),
                                parsed.GetValue(disks)
                            ),
                            Instances = parsed.GetValue(instances),
                            InstancePort = parsed.GetValue(instancePort),
                            InstanceImage = parsed.GetValue(image),
                            TimeScale = parsed.GetValue(timeScale),
                            Seed = parsed.GetValue(seed),
                            SubscriptionId = parsed.GetValue(subscription)!,
                            ResourceGroup = parsed.GetValue(group)!,
                            Throttling = !parsed.GetValue(throttling),
                        },
                    parsed.GetValue(readyFile),
                    parsed.GetValue(verbose),
                    cancellationToken
                );
            }
        );
        return command;
    }

    /// <summary>Where a file takes them they stay out of the output, which is then somebody's log.</summary>
    private static string Credentials(SimulatedAzure azure, string? readyFile) =>
        readyFile is not null
            ? $"  credentials       in {readyFile}"
            : $"""
                  managed identity  IDENTITY_ENDPOINT={azure.IdentityEndpoint} IDENTITY_HEADER={azure.IdentityHeader}
                  bearer token      {azure.CreateToken()}
                """;

    private static async Task<int> RunAsync(Func<AzureSimulatorOptions> read, string? readyFile, bool verbose, CancellationToken cancelled)
    {
        var stop = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, Stop);
        await using var registration = cancelled.Register(() => stop.TrySetResult());
        using var loggers = LoggerFactory.Create(logging =>
            logging
                .SetMinimumLevel(verbose ? LogLevel.Debug : LogLevel.Information)
                .AddSimpleConsole(console =>
                {
                    console.SingleLine = true;
                    console.TimestampFormat = "HH:mm:ss.fff ";
                })
        );
        try
        {
            await using var azure = await SimulatedAzure.StartAsync(read() with { LoggerFactory = loggers }, CancellationToken.None);
            var kind = azure.Options.Instances.ToString().ToLowerInvariant();
            Console.WriteLine(
                $"""
                The Azure simulator is up (time scale {azure.Options.TimeScale}, seed {azure.Options.Seed}, instances {kind}).
                  Resource Manager  {azure.ArmEndpoint.GetLeftPart(UriPartial.Authority)}
                  certificate       SHA-256 {azure.CertificateThumbprint}
                  subscription      {azure.SubscriptionId}
                  resource group    {azure.ResourceGroup}
                {Credentials(azure, readyFile)}
                Ctrl+C ends it and cleans up.
                """
            );
            if (readyFile is not null)
                await ReadyFile.WriteAsync(readyFile, azure, CancellationToken.None);
            await stop.Task;
            if (readyFile is not null)
                File.Delete(readyFile);
            return 0;
        }
        catch (SimulatorStartException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return 1;
        }

        void Stop(PosixSignalContext context)
        {
            // The process ends when everything is cleaned up, not now.
            context.Cancel = true;
            stop.TrySetResult();
        }
    }
}
