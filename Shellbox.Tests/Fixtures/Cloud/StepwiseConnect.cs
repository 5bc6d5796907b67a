using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Data.Tables;
using Microsoft.Extensions.DependencyInjection;
using Shellbox.Activities.Audit;
using Shellbox.Activities.Azure;
using Shellbox.Activities.Connect;
using Shellbox.Activities.Creation;
using Shellbox.Activities.Operations;
using Shellbox.Activities.Release;
using Shellbox.Activities.State;
using Shellbox.Contracts.Operations;
using Xunit;

namespace Shellbox.Tests.Fixtures;

/// <summary>
/// A connect and a release made of their real activities, one after the other and without their orchestrations, on table clients of their
/// own: whatever these send passes a hook first. No guest runs.
/// </summary>
internal sealed class StepwiseConnect
{
    private readonly TestCloud _cloud;
    private readonly BoxStore _boxes;
    private readonly InstanceStore _instances;
    private readonly VolumeStore _volumes;
    private readonly EventLog _events;
    private readonly BoxCreation _creation;

    /// <param name="cloud">The cloud.</param>
    /// <param name="beforeEach">Called before each request that goes to a table.</param>
    public StepwiseConnect(TestCloud cloud, Func<Task> beforeEach)
    {
        _cloud = cloud;
        var options = new TableClientOptions();
        options.AddPolicy(new Hook(beforeEach), HttpPipelinePosition.PerCall);
        var tables = new StateTables(new TableServiceClient(cloud.Storage, options));
        var services = cloud.Get<IServiceProvider>();
        _events = ActivatorUtilities.CreateInstance<EventLog>(services, tables);
        _boxes = ActivatorUtilities.CreateInstance<BoxStore>(services, new BoxTable(tables, _events));
        _instances = ActivatorUtilities.CreateInstance<InstanceStore>(services, tables, _events);
        _volumes = ActivatorUtilities.CreateInstance<VolumeStore>(services, tables);
        _creation = ActivatorUtilities.CreateInstance<BoxCreation>(services, _boxes, _instances, _volumes);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>The row decides; then this is the operation's.</summary>
    public async Task<BoxOperation> DecideAsync(string operationId)
    {
        var key = _cloud.Key();
        var decision = await _boxes.DecideConnectAsync(
            key,
            new ConnectCommand(operationId, "session-of-" + operationId, "ssh-ed25519 AAAA", MaxRunning: 5),
            Cancel
        );
        Assert.Equal(ConnectDecisionKind.Started, decision.Kind);
        return new BoxOperation(key, operationId, decision.Epoch);
    }

    public Task<BoxVolume> LookUpAsync(BoxOperation operation) => new LookUpVolume(_boxes, _creation).RunAsync(operation, Cancel);

    public async Task<Placement> ClaimAsync(BoxOperation operation)
    {
        var placement = await new ClaimInstance(_boxes, _instances).RunAsync(operation, Cancel);
        Assert.NotNull(placement);
        return placement;
    }

    public Task AttachAsync(BoxOperation operation, Placement placement, BoxVolume volume) =>
        new UpdateAndAttach(_boxes, _instances, _volumes, _cloud.Get<ComputeInstances>()).RunAsync(
            new UpdateAndAttach.Input(operation, placement, volume),
            Cancel
        );

    /// <summary>What starting the guest asks of the tables.</summary>
    public Task StartAsync(BoxOperation operation) =>
        _boxes.RequireAsync(new BoxOperation(operation.Key, operation.OperationId, operation.Epoch), Cancel);

    public Task<CompleteConnect.Outcome> CompleteAsync(BoxOperation operation, Placement placement, BoxVolume volume) =>
        new CompleteConnect(
            _boxes,
            _instances,
            _events,
            _cloud.Get<TagMirror>(),
            _cloud.Get<ShellboxMetrics>(),
            _cloud.Get<RecentConnects>()
        ).RunAsync(
            new CompleteConnect.Input(
                operation,
                placement.InstanceId,
                volume.VolumeId,
                Tier.Cold,
                placement.Address,
                2222,
                "ssh-ed25519 AAAA",
                1
            ),
            Cancel
        );

    public async Task<BoxOperation> ConnectColdAsync(string operationId)
    {
        var operation = await DecideAsync(operationId);
        var volume = await LookUpAsync(operation);
        var placement = await ClaimAsync(operation);
        await AttachAsync(operation, placement, volume);
        await StartAsync(operation);
        Assert.Equal(CompleteConnect.Outcome.Stay, await CompleteAsync(operation, placement, volume));
        return operation;
    }

    /// <summary>The last session ends, and the guest stays paused.</summary>
    public async Task HoldAsync(string operationId)
    {
        var row = await _boxes.DecideDisconnectAsync(_cloud.Key(), new DisconnectCommand(operationId, null, Hold: true), Cancel);
        Assert.Equal(BoxState.Held, row!.State);
    }

    /// <summary>From a box that runs or is held to one that is stopped.</summary>
    public async Task ReleaseAsync(string operationId)
    {
        var key = _cloud.Key();
        var row = (await _boxes.DecideDisconnectAsync(key, new DisconnectCommand(operationId), Cancel))!;
        Assert.Equal(BoxState.Releasing, row.State);
        var begun = (
            await new BeginRelease(_boxes, _instances, _volumes).RunAsync(
                new BeginRelease.Input(key, operationId, row.Epoch, operationId),
                Cancel
            )
        )!;
        var operation = new BoxOperation(key, operationId, begun.Epoch);
        await StartAsync(operation);

        // The attach may still run: ARM then answers 409, as it does to the orchestration, which tries again.
        await Wait.UntilAsync(DetachAsync, gone => gone, "the disk is off");
        var state = await new CompleteRelease(
            _boxes,
            _instances,
            _volumes,
            _events,
            _cloud.Get<TagMirror>(),
            _cloud.Get<ShellboxMetrics>()
        ).RunAsync(
            new CompleteRelease.Input(operation, begun.Placement!.InstanceId, begun.Volume!.VolumeId, null, null, "Disconnected.", 1),
            Cancel
        );
        Assert.Equal(BoxState.Stopped, (BoxState)state);

        async Task<bool> DetachAsync()
        {
            try
            {
                await _cloud
                    .Get<ComputeInstances>()
                    .BeginDetachAsync(
                        begun.Placement!.ResourceId,
                        new ResourceIdentifier(begun.Volume!.ResourceId),
                        new Dictionary<string, string> { [ShellboxTags.Role] = ShellboxTags.InstanceRole },
                        Cancel
                    );
            }
            catch (global::Azure.RequestFailedException e) when (e.Status is 409 or 412)
            {
                return false;
            }

            return await new ConfirmDetached(_cloud.Get<ProviderReads>()).RunAsync(
                new ConfirmDetached.Input(begun.Volume.ResourceId, begun.Placement!.ResourceId),
                Cancel
            );
        }
    }

    private sealed class Hook(Func<Task> beforeEach) : HttpPipelinePolicy
    {
        public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
        {
            await beforeEach();
            await ProcessNextAsync(message, pipeline);
        }

        public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) => throw new NotSupportedException();
    }
}
