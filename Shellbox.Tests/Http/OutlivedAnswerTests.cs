using System.Collections.Concurrent;
using System.Net;
using Shellbox.Activities.Connect;
using Shellbox.Activities.Operations;
using Shellbox.AzureSimulator.Faults;
using Shellbox.Tests.Fixtures;
using Xunit;

namespace Shellbox.Tests.Http;

/// <summary>
/// Whatever an orchestration has begun and not awaited holds its end, and with it the answer. So what goes on longer is detached, and what
/// has lost its purpose is ended first. The instances have no guests.
/// </summary>
public sealed class OutlivedAnswerTests(AzuriteFixture azurite)
{
    [Fact]
    public async Task A_connect_is_answered_before_ARM_reports_the_end_of_its_attach()
    {
        await using var cloud = await Cloud().StartAsync();
        cloud.Azure.Faults.Add(new Fault { Effect = FaultEffect.HangOperation, Operation = "VirtualMachines_Update" });

        using var answer = await cloud.PostConnectAsync(wait: 60);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        cloud.Azure.Faults.Clear();
    }

    [Fact]
    public async Task The_pool_looks_again_while_an_instance_is_still_being_created()
    {
        await using var cloud = await TestCloud
            .With(azurite)
            .Instances(0)
            .BareInstances()
            .GrowingPool()
            .Setting("Shellbox:Pool:FreeInstances:Minimum", "1")
            .Setting("Shellbox:Pool:FreeInstances:Maximum", "1")
            .Setting("Shellbox:Pool:BlankBoxes", "0")
            .StartAsync();
        cloud.Azure.Faults.Add(new Fault { Effect = FaultEffect.HangOperation, Operation = "VirtualMachines_CreateOrUpdate" });

        var first = await cloud.RunPoolAsync();
        var second = await cloud.RunPoolAsync();

        Assert.Single(first["creating"]!.AsArray());
        Assert.Empty(second["creating"]!.AsArray());
        cloud.Azure.Faults.Clear();
        await cloud.UntilInstancesAsync("free", 1);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_attach_that_fails_is_answered_although_the_start_waits_for_the_disk(bool stopEndsTheStart)
    {
        // The second kind of instance is as one that cannot be reached any more: its start hears of no newer operation.
        var running = new ConcurrentDictionary<string, Exception?>();
        using var folder = new TemporaryFolder();
        await using var cloud = await Cloud()
            .InstanceProgram(stopEndsTheStart ? TestCloud.BareInstance : DeafInstance(folder))
            .Middleware(next =>
                async context =>
                {
                    if (context.FunctionDefinition.Name is not nameof(StartQemu))
                    {
                        await next(context);
                        return;
                    }

                    running[context.InvocationId] = null;
                    try
                    {
                        await next(context);
                    }
                    catch (Exception e)
                    {
                        running[context.InvocationId] = e;
                        throw;
                    }
                }
            )
            .StartAsync();
        cloud.Azure.Faults.Add(
            new Fault
            {
                Effect = FaultEffect.FailOperation,
                Operation = "VirtualMachines_Update",
                Message = "The disk is busy.",
            }
        );

        var detail = await TestCloud.RefusedAsync(500, "connect-failed", cloud.PostConnectAsync(wait: 100));

        Assert.Contains("The disk is busy.", detail, StringComparison.Ordinal);

        // The worker's Durable extension has made a text of it.
        Assert.Contains(nameof(OperationSupersededException), Assert.Single(running.Values)!.ToString(), StringComparison.Ordinal);
        Assert.Equal("stopped", (string)(await cloud.ShowBoxAsync())["state"]!);
        await cloud.ConnectAsync(expectedTier: "cold");
    }

    [Fact]
    public async Task A_connect_whose_volume_cannot_be_looked_up_does_not_wait_for_an_instance()
    {
        await using var cloud = await Cloud().Instances(0).Middleware(Failing(nameof(LookUpVolume))).StartAsync();

        var detail = await TestCloud.RefusedAsync(500, "connect-failed", cloud.PostConnectAsync(wait: 100));

        Assert.StartsWith("look-up-volume: ", detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_connect_does_not_fail_for_the_volumes_tags()
    {
        await using var cloud = await Cloud().Middleware(Failing(nameof(RecordTagUpdate))).StartAsync();

        await cloud.ConnectAsync(expectedTier: "cold");
    }

    private static Func<FunctionExecutionDelegate, FunctionExecutionDelegate> Failing(string activity) =>
        next =>
            context =>
                context.FunctionDefinition.Name == activity ? throw new StepFailedException($"{activity} is made to fail.") : next(context);

    private TestCloudBuilder Cloud() => TestCloud.With(azurite).BareInstances();

    /// <summary>An instance that goes on waiting for a disk although a newer operation has come.</summary>
    private static string DeafInstance(TemporaryFolder folder)
    {
        var text = File.ReadAllText(TestCloud.BareInstance);
        var deaf = text.Replace("        fence\n", "", StringComparison.Ordinal);
        Assert.NotEqual(text, deaf);
        return folder.WriteProgram("deaf-instance", deaf);
    }
}
