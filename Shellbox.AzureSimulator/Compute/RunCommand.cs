using System.Text.Json.Nodes;
using Shellbox.AzureSimulator.Arm;
using Shellbox.AzureSimulator.Instances;
using Shellbox.AzureSimulator.Operations;
using Shellbox.AzureSimulator.Resources;

namespace Shellbox.AzureSimulator.Compute;

/// <summary>
/// The action run command, with the script RunShellScript. It is slow on purpose: on Azure it costs about 20 s whatever the script does.
/// </summary>
internal sealed class RunCommand(SimulatedCloud cloud)
{
    /// <summary>Azure keeps the last 4,096 bytes of each stream.</summary>
    private const int OutputLimit = 4096;

    public ArmResponse Begin(ArmCall call, VirtualMachine vm, JsonObject body)
    {
        var command = body.GetString("commandId") ?? throw ArmErrors.MissingParameter("commandId");
        if (!command.Equals("RunShellScript", StringComparison.OrdinalIgnoreCase))
            throw ArmErrors.Of(404, "NotFound", $"The entity was not found: run command '{command}'.");
        var script =
            string.Join(
                '\n',
                (body.GetArray("script") ?? throw ArmErrors.MissingParameter("script")).Select(l => (l as JsonValue)?.ToString() ?? "")
            ) + "\n";
        var parameters = body.GetObjects("parameters")
            .Select(p => KeyValuePair.Create(p.GetString("name") ?? "", p.GetString("value") ?? ""))
            .ToList();
        if (vm.IsBusy)
            throw ArmErrors.Conflict();
        if (vm.Power != PowerState.Running)
            throw ArmErrors.OperationNotAllowed("The operation requires the VM to be running (or set to run).");

        var operation = call.CreateOperation("operations", vm.Id);
        vm.Operation = operation;
        var total = cloud.Latency.RunCommand(vm.Id);
        JsonObject? result = null;
        operation.Result = () => result?.DeepClone();
        cloud.Operations.Run(
            operation,
            async stopping =>
            {
                await OperationTimeline.RunAsync(cloud.Clock, operation, total, [new(total * 0.5, RunAsync)], stopping);
                operation.Output = result?.DeepClone();
            },
            static _ => { }
        );
        return call.Begin(operation, 202, null, withLocation: true);

        async Task RunAsync(CancellationToken stopping)
        {
            if (vm.HasCrashed)
                throw ArmErrors.Of(
                    409,
                    "VMAgentStatusCommunicationError",
                    $"VM '{vm.Name}' has not reported status for VM agent or extensions. Verify that the OS is up and healthy, "
                        + "the VM has a running VM agent, and that it can establish outbound connections to Azure storage."
                );
            result = Render(await vm.Instance.RunScriptAsync(script, parameters, stopping));
        }
    }

    private static JsonObject Render(ScriptResult result) =>
        new()
        {
            ["value"] = new JsonArray(
                new JsonObject
                {
                    ["code"] = "ProvisioningState/succeeded",
                    ["level"] = "Info",
                    ["displayStatus"] = "Provisioning succeeded",
                    // The exit code of the script is not told: that is Azure's format too.
                    ["message"] = $"Enable succeeded: \n[stdout]\n{Last(result.Output)}\n[stderr]\n{Last(result.Error)}",
                }
            ),
        };

    private static string Last(string output) => output.Length <= OutputLimit ? output : output[^OutputLimit..];
}
