using System.Globalization;
using Azure;
using Azure.ResourceManager.Compute.Models;
using Shellbox.AzureSimulator.Faults;
using Shellbox.Tests.Fixtures;
using Xunit;

namespace Shellbox.Tests.AzureSimulator;

/// <summary>Long-running operations: how they begin, what their URLs say and how they end.</summary>
public sealed class OperationTests
{
    [Fact]
    public async Task The_SDK_waits_for_the_end_and_gives_the_VM()
    {
        await using var azure = await TestAzure.StartAsync(TestAzure.FleetOf(["vm-0001"]));
        var patch = new VirtualMachinePatch { Tags = { ["a"] = "b" } };

        var operation = await azure
            .VirtualMachineResource("vm-0001")
            .UpdateAsync(WaitUntil.Completed, patch, cancellationToken: TestAzure.Cancel);

        Assert.True(operation.HasCompleted);
        Assert.Equal(("b", "Succeeded"), (operation.Value.Data.Tags["a"], operation.Value.Data.ProvisioningState));
    }

    [Fact]
    public async Task A_write_of_a_VM_is_answered_at_once_with_the_URL_of_its_operation_and_a_time_to_come_back()
    {
        await using var azure = await TestAzure.StartAsync(TestAzure.FleetOf(["vm-0001"]), new() { TimeScale = 1, Throttling = false });

        var begun = await azure.PatchAsync("vm-0001", """{"tags":{"a":"b"}}""");
        var status = await azure.SendAsync("GET", begun.PathOf("Azure-AsyncOperation"));

        Assert.Equal(200, begun.Status);
        Assert.False(begun.Headers.ContainsKey("Location"));
        Assert.StartsWith(azure.Simulator.ArmEndpoint.ToString(), begun.Headers["Azure-AsyncOperation"], StringComparison.Ordinal);
        Assert.Equal(("4", "2"), (begun.Headers["Retry-After"], status.Headers["Retry-After"]));
        Assert.Equal("InProgress", (string?)status.Body!["status"]);
        Assert.NotNull(status.Body["name"]);
        Assert.True(DateTimeOffset.TryParse((string?)status.Body["startTime"], CultureInfo.InvariantCulture, out _));
        Assert.Null(status.Body["endTime"]);
    }

    [Fact]
    public async Task A_delete_has_a_result_URL_that_is_202_until_the_end_and_then_204()
    {
        await using var azure = await TestAzure.StartAsync(TestAzure.FleetOf(["vm-0001"]));
        var hang = azure.Simulator.Faults.Add(new() { Effect = FaultEffect.HangOperation });

        var begun = await azure.SendAsync("DELETE", $"{azure.VirtualMachine("vm-0001")}?api-version={TestAzure.VirtualMachinesVersion}");
        var running = await azure.SendAsync("GET", begun.PathOf("Location"));
        azure.Simulator.Faults.Remove(hang);
        var ended = await azure.EndAsync(begun);
        var result = await azure.SendAsync("GET", begun.PathOf("Location"));

        Assert.Equal((202, 202), (begun.Status, running.Status));
        Assert.Equal(begun.Headers["Location"], running.Headers["Location"]);
        Assert.True(running.Headers.ContainsKey("Retry-After"));
        Assert.Equal("Succeeded", (string?)ended["status"]);
        Assert.NotNull(ended["endTime"]);
        Assert.Equal(204, result.Status);
    }

    [Fact]
    public async Task A_disk_has_both_URLs_and_the_result_is_the_disk()
    {
        await using var azure = await TestAzure.StartAsync();

        var begun = await azure.SendAsync(
            "PUT",
            $"{azure.Disk("vol")}?api-version={TestAzure.DisksVersion}",
            """{"location":"westeurope","properties":{"creationData":{"createOption":"Empty"},"diskSizeGB":4}}"""
        );
        await azure.EndAsync(begun);
        var result = await azure.SendAsync("GET", begun.PathOf("Location"));

        Assert.Equal((202, 200), (begun.Status, result.Status));
        Assert.Equal(azure.Disk("vol"), (string?)result.Body!["id"]);
    }

    [Fact]
    public async Task A_failure_after_acceptance_reaches_the_SDK_with_its_code()
    {
        await using var azure = await TestAzure.StartAsync(TestAzure.FleetOf(["vm-0001"]));
        azure.Simulator.Faults.Add(
            new()
            {
                Effect = FaultEffect.FailOperation,
                Code = "AllocationFailed",
                Message = "No capacity.",
            }
        );
        var operation = await azure.VirtualMachineResource("vm-0001").RestartAsync(WaitUntil.Started, TestAzure.Cancel);

        var failed = await Assert.ThrowsAsync<RequestFailedException>(() => TestAzure.EndAsync(operation));

        Assert.Equal("AllocationFailed", failed.ErrorCode);
        Assert.Contains("No capacity.", failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failed_PATCH_is_seen_in_the_VM_itself_which_is_where_the_SDK_looks()
    {
        await using var azure = await TestAzure.StartAsync(TestAzure.FleetOf(["vm-0001"]));
        azure.Simulator.Faults.Add(new() { Effect = FaultEffect.FailOperation });
        var operation = await azure
            .VirtualMachineResource("vm-0001")
            .UpdateAsync(WaitUntil.Started, new VirtualMachinePatch(), cancellationToken: TestAzure.Cancel);

        // Azure.Core does not follow the headers of a PATCH that was answered with 200: it polls the resource.
        await Assert.ThrowsAsync<RequestFailedException>(() => TestAzure.EndAsync(operation));

        Assert.Empty(azure.Simulator.Requests.Of("Operations_Get"));
        Assert.Equal(
            "Failed",
            (await azure.VirtualMachineResource("vm-0001").GetAsync(cancellationToken: TestAzure.Cancel)).Value.Data.ProvisioningState
        );
    }

    [Fact]
    public async Task An_operation_that_nobody_began_is_not_found()
    {
        await using var azure = await TestAzure.StartAsync();

        var answer = await azure.SendAsync(
            "GET",
            $"{azure.Subscription}/providers/Microsoft.Compute/locations/westeurope/operations/{Guid.Empty}?api-version=2024-07-01"
        );

        Assert.Equal((404, "NotFound"), (answer.Status, answer.Code));
    }

    [Fact]
    public async Task Run_command_gives_what_the_script_wrote_in_Azures_words()
    {
        await using var azure = await TestAzure.StartAsync(TestAzure.FleetOf(["vm-0001"]));
        var input = new RunCommandInput("RunShellScript") { Script = { "echo hello" } };

        var operation = await TestAzure.EndAsync(
            azure.VirtualMachineResource("vm-0001").RunCommandAsync(WaitUntil.Started, input, TestAzure.Cancel)
        );

        Assert.StartsWith("Enable succeeded: \n[stdout]\n", Assert.Single(operation.Value).Message, StringComparison.Ordinal);
    }
}
