using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Reflection;
using Azure.Data.Tables;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Context.Features;
using Shellbox.Activities.Connect;
using Shellbox.Activities.Operations;
using Shellbox.Activities.Release;
using Shellbox.Activities.State;
using Shellbox.AzureSimulator.Faults;
using Shellbox.Tests.Fixtures;
using Xunit;

namespace Shellbox.Tests.Resilience;

/// <summary>
/// A box's whole life (connected cold, held, connected hot, released, connected again, deleted while it runs), in which every activity of
/// every step fails once: before it ran, after it ran and so twice, for good, or for good although it ran. The user tries again, and the
/// reconciler looks, as its timer would.
/// </summary>
public sealed class ActivityFaultTests(AzuriteFixture azurite)
{
    private static readonly Dictionary<string, string> Impatient = new()
    {
        ["Shellbox:Connect:Deadline"] = "00:00:30",
        ["Shellbox:Connect:DiskTimeout"] = "00:00:05",
        ["Shellbox:Connect:BootTimeout"] = "00:00:05",
        ["Shellbox:Connect:ReleaseDeadline"] = "00:00:30",
        ["Shellbox:Reconcile:AgeGuard"] = "00:00:00",
    };

    /// <summary>What an operation on a box does; what the reconciler, the adoption and the maintenance do has tests of its own.</summary>
    private static readonly Dictionary<string, MethodInfo> OfBoxes = typeof(UpdateAndAttach)
        .Assembly.GetTypes()
        .Where(t => t.Namespace?.Split('.')[^1] is "Connect" or "Release" or "Deletion" or "Operations" or "Pool")
        .SelectMany(t => t.GetMethods())
        .Where(m => m.GetParameters().Any(p => p.GetCustomAttribute<ActivityTriggerAttribute>() is not null))
        .ToDictionary(m => m.GetCustomAttribute<FunctionAttribute>()!.Name);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_activity_that_runs_late_changes_nothing()
    {
        var past = new ConcurrentQueue<(string Activity, object?[] Arguments)>();
        var recording = true;
        await using var cloud = await TestCloud
            .With(azurite)
            .Instances(3)
            .BareInstances()
            .TimeScale(200)
            .Settings(Impatient)
            .Middleware(next =>
                async context =>
                {
                    if (recording && OfBoxes.ContainsKey(context.FunctionDefinition.Name))
                    {
                        var bound = await context.Features.Get<IFunctionInputBindingFeature>()!.BindFunctionInputAsync(context);
                        past.Enqueue((context.FunctionDefinition.Name, bound.Values));
                    }

                    await next(context);
                }
            )
            .StartAsync();
        cloud.Azure.Faults.Add(new Fault { Effect = FaultEffect.HideDisk, Operation = "VirtualMachines_Update" });
        Assert.NotEqual(HttpStatusCode.OK, (await cloud.PostConnectAsync(wait: 200)).StatusCode);
        cloud.Azure.Faults.Clear();
        await cloud.ConnectAsync();
        await cloud.DisconnectAsync("dev33", hold: 600);
        await cloud.ConnectAsync(expectedTier: "hot");
        await cloud.DisconnectAsync();
        await Wait.UntilAsync(cloud.IsIdleAsync, "all operations are over");
        recording = false;
        Assert.Superset(
            new HashSet<string>
            {
                nameof(UpdateAndAttach),
                nameof(StartQemu),
                nameof(CompleteConnect),
                nameof(ReportFailure),
                nameof(StopQemu),
                nameof(DetachVolume),
                nameof(CompleteRelease),
            },
            past.Select(p => p.Activity).ToHashSet()
        );

        // While the box runs for its user.
        await cloud.ConnectAsync();
        await Wait.UntilAsync(cloud.IsIdleAsync, "the attach is recorded");
        var before = await RowsAsync();
        await AllLateAsync();
        Assert.Equal(before, await RowsAsync());
        Assert.Equal("running", (string)(await cloud.ShowBoxAsync())["state"]!);
        await cloud.ConnectAsync(expectedTier: "hot");

        // When it is no more.
        Assert.Equal(HttpStatusCode.NoContent, (await cloud.DeleteAsync()).StatusCode);
        await Wait.UntilAsync(cloud.IsIdleAsync, "the delete is over");
        before = await RowsAsync();
        await AllLateAsync();
        Assert.Equal(before, await RowsAsync());
        Assert.False(await cloud.HasDiskAsync("vol-dev33"));

        // In the order in which they ran once, and in the other.
        async Task AllLateAsync()
        {
            foreach (var (activity, arguments) in past.Concat(past.Reverse()))
            {
                try
                {
                    var method = OfBoxes[activity];
                    await (Task)
                        method.Invoke(
                            cloud.Activity(method.DeclaringType!),
                            [.. arguments.Select(a => a is CancellationToken ? Cancel : a)]
                        )!;
                }
                catch (Exception e) when (e is OperationSupersededException or StepFailedException or global::Azure.RequestFailedException)
                {
                    // Refused, which is as well.
                }
            }
        }

        async Task<string> RowsAsync()
        {
            var rows = new List<string>();
            foreach (var table in new[] { "Boxes", "Instances", "Volumes" })
            {
                await foreach (var row in new TableClient(cloud.Storage, table).QueryAsync<TableEntity>(cancellationToken: Cancel))
                {
                    rows.Add(
                        string.Join(
                            ' ',
                            row.Where(c => c.Key is not ("odata.etag" or "Timestamp"))
                                .OrderBy(c => c.Key, StringComparer.Ordinal)
                                .Select(c => $"{c.Key}={c.Value}")
                        )
                    );
                }
            }

            return string.Join('\n', rows);
        }
    }

    /// <summary>Most of it is waiting, so the four lives go side by side.</summary>
    [Fact]
    public Task A_box_lives_on_when_each_activity_of_each_step_fails_once() =>
        Task.WhenAll(
            LiveAsync(after: false, forGood: false),
            LiveAsync(after: true, forGood: false),
            LiveAsync(after: false, forGood: true),
            LiveAsync(after: true, forGood: true)
        );

    private async Task LiveAsync(bool after, bool forGood)
    {
        var step = "connect cold";
        var failed = new ConcurrentDictionary<(string Step, string Activity), bool>();
        await using var cloud = await TestCloud
            .With(azurite)
            .Instances(8)
            .BareInstances()
            .TimeScale(200)
            .Settings(Impatient)
            .Middleware(next =>
                async context =>
                {
                    var name = context.FunctionDefinition.Name;
                    var fails = OfBoxes.ContainsKey(name) && failed.TryAdd((step, name), true);
                    if (!fails || after)
                        await next(context);
                    if (fails)
                        throw forGood ? new StepFailedException($"{name} is made to fail.") : new IOException($"{name} is made to fail.");
                }
            )
            .StartAsync();

        await TriedAsync(ConnectsAsync);
        step = "hold";
        await TriedAsync(async () => await DisconnectsAsync(hold: 600) is "held" or "stopped");
        await Wait.UntilAsync(
            async () => failed.ContainsKey((step, nameof(PauseQemu))) || await cloud.IsIdleAsync(),
            done => done,
            "the guest is paused, or nothing works on it"
        );
        step = "connect hot";
        await TriedAsync(ConnectsAsync);
        step = "release";
        await TriedAsync(async () => await DisconnectsAsync(hold: 0) is "stopped");
        step = "connect resumable";
        await TriedAsync(ConnectsAsync);
        step = "delete";
        await TriedAsync(async () => (await cloud.DeleteAsync()).StatusCode is HttpStatusCode.NoContent or HttpStatusCode.NotFound);

        Assert.False(await cloud.HasDiskAsync("vol-dev33"));
        await foreach (var row in cloud.Get<InstanceStore>().ListAllAsync(Cancel))
            Assert.True(row.State is InstanceState.Free or InstanceState.Quarantined, $"{row.Id} is {row.State}");
        Assert.True(failed.Count > 20, string.Join(", ", failed.Keys));

        async Task<bool> ConnectsAsync() => (await cloud.PostConnectAsync(wait: 200)).StatusCode is HttpStatusCode.OK;

        async Task<string> DisconnectsAsync(double hold)
        {
            using var answer = await cloud.Http.PostAsJsonAsync(
                $"api/users/{cloud.User.Id}/boxes/dev33/disconnect?wait=200",
                new { hold },
                Cancel
            );
            return await AtRestAsync();
        }

        // Each failure is another activity's, so the tries end.
        async Task TriedAsync(Func<Task<bool>> request)
        {
            for (var tries = 0; !await request(); tries++)
            {
                Assert.True(
                    tries < 20,
                    $"{step}, {(after ? "after" : "before")}, {(forGood ? "for good" : "once")}: {string.Join(", ", failed.Keys)}"
                );
                await AtRestAsync();
            }
        }

        async Task<string> AtRestAsync()
        {
            var looks = 0;
            return await Wait.UntilAsync(
                async () =>
                {
                    if (++looks % 20 == 0)
                        await cloud.ReconcileAsync();
                    using var answer = await cloud.Http.GetAsync($"api/users/{cloud.User.Id}/boxes/dev33", Cancel);
                    return answer.StatusCode is HttpStatusCode.NotFound
                        ? "deleted"
                        : (string)(await answer.Content.ReadFromJsonAsync<System.Text.Json.Nodes.JsonNode>(Cancel))!["state"]!;
                },
                state => state is "stopped" or "running" or "attached" or "held" or "deleted" or "deleting",
                $"the box is at rest after a failure in: {step}"
            );
        }
    }
}
