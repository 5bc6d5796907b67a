using System.Reflection;
using Google.Protobuf;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Worker.Grpc;
using Shellbox.Activities.Maintenance;
using Shellbox.Contracts.Fleet;
using Shellbox.Contracts.Pool;
using Shellbox.Contracts.Reconciliation;
using Shellbox.Functions.Connect;
using Shellbox.Functions.Deletion;
using Shellbox.Functions.Fleet;
using Shellbox.Functions.Maintenance;
using Shellbox.Functions.Pool;
using Shellbox.Functions.Reconciliation;
using Shellbox.Functions.Release;
using Xunit;

namespace Shellbox.Tests.Histories;

/// <summary>
/// The last turns of the app's orchestrations, recorded with an earlier build, are run again by the official worker's own runner: it
/// replays all that happened before. A change of an orchestrator that would break instances under way fails here. README.md says how they
/// are renewed.
/// </summary>
public sealed class SavedHistoryTests
{
    private static readonly Dictionary<string, Func<string, string>> Orchestrators = new()
    {
        [nameof(AdoptFleetOrchestration)] = Run<AdoptFleetOrchestration.Input, FleetAdoption>(AdoptFleetOrchestration.RunAsync),
        [nameof(ConnectOrchestration)] = Run<ConnectInput, ConnectResult>(ConnectOrchestration.RunAsync),
        [nameof(CreateInstanceOrchestration)] = Run<CreateInstanceOrchestration.Input, PoolOperationResult>(
            CreateInstanceOrchestration.RunAsync
        ),
        [nameof(CreateVolumeOrchestration)] = Run<CreateVolumeOrchestration.Input, PoolOperationResult>(CreateVolumeOrchestration.RunAsync),
        [nameof(DeleteOrchestration)] = Run<DeleteInput, DeleteResult>(DeleteOrchestration.RunAsync),
        [nameof(MaintenanceOrchestration)] = Run<MaintenanceOptions, MaintenanceOrchestration.Report>(MaintenanceOrchestration.RunAsync),
        [nameof(PoolOrchestration)] = Run<PoolOrchestration.Input, PoolRunReport>(PoolOrchestration.RunAsync),
        [nameof(ReconcileOrchestration)] = Run<ReconcileOrchestration.Input, ReconciliationReport>(ReconcileOrchestration.RunAsync),
        [nameof(ReleaseOrchestration)] = Run<ReleaseInput, ReleaseResult>(ReleaseOrchestration.RunAsync),
        [nameof(RemoveInstanceOrchestration)] = Run<RemoveInstanceOrchestration.Input, PoolOperationResult>(
            RemoveInstanceOrchestration.RunAsync
        ),
        [nameof(RemoveVolumeOrchestration)] = Run<RemoveVolumeOrchestration.Input, PoolOperationResult>(RemoveVolumeOrchestration.RunAsync),
        [nameof(WatchAttachOrchestration)] = Run<WatchAttachInput, object>(async context =>
        {
            await WatchAttachOrchestration.RunAsync(context);
            return null!;
        }),
    };

    public static TheoryData<string> Files =>
        [
            .. Directory
                .GetFiles(SavedTurn.Folder, "*.json", SearchOption.AllDirectories)
                .Select(f => Path.GetRelativePath(SavedTurn.Folder, f))
                .Order(StringComparer.Ordinal),
        ];

    [Theory]
    [MemberData(nameof(Files))]
    public void A_saved_turn_is_run_again_to_the_same_end(string file)
    {
        var saved = SavedTurn.Load(file);

        var again = Replay(saved);

        Assert.Equal(saved.Answer(), again.Answer());
    }

    [Fact]
    public void A_replay_that_goes_another_way_is_found()
    {
        var saved = SavedTurn.Load(Files.First().Data);
        saved.Request.PastEvents.First(e => e.TaskScheduled is not null).TaskScheduled.Name = "AnotherActivity";

        var again = Replay(saved);

        Assert.Contains("Non-Deterministic workflow detected", again.Answer(), StringComparison.Ordinal);
    }

    [Fact]
    public void Each_orchestrator_has_saved_histories()
    {
        var all = typeof(ConnectOrchestration)
            .Assembly.GetTypes()
            .SelectMany(t => t.GetMethods())
            .Where(m => m.GetParameters().Any(p => p.IsDefined(typeof(OrchestrationTriggerAttribute))))
            .Select(m => m.GetCustomAttribute<FunctionAttribute>()!.Name)
            .Order(StringComparer.Ordinal)
            .ToList();

        Assert.Equal(all, Orchestrators.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(all, Files.Select(f => Path.GetDirectoryName(f.Data)!).Distinct().Order(StringComparer.Ordinal));
    }

    private static SavedTurn Replay(SavedTurn saved)
    {
        var request = Convert.ToBase64String(saved.Request.ToByteArray());
        return SavedTurn.Of(request, Orchestrators[saved.Orchestrator](request));
    }

    private static Func<string, string> Run<TInput, TOutput>(Func<TaskOrchestrationContext, Task<TOutput>> orchestrator) =>
        request => GrpcOrchestrationRunner.LoadAndRun<TInput, TOutput>(request, async (context, _) => await orchestrator(context));
}
