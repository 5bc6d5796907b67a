using Shellbox.Activities;
using Shellbox.Activities.Azure;
using Shellbox.Activities.Qemu;
using Shellbox.Activities.State;
using Shellbox.Embedded.Worker;

namespace Shellbox.Tests.Durable.Histories;

/// <summary>Stands for the activities of connect, release and the pool while their orchestrators are recorded.</summary>
public sealed class ConnectStandIns(Script script)
{
    [Function(nameof(LookUpVolume))]
    public Task<BoxVolume> LookUp([ActivityTrigger] BoxOperation input) => script.NextAsync<BoxVolume>(nameof(LookUpVolume));

    [Function(nameof(ClaimInstance))]
    public Task<Placement?> Claim([ActivityTrigger] BoxOperation input) => script.NextAsync<Placement?>(nameof(ClaimInstance));

    [Function(nameof(RequestInstance))]
    public Task<RequestInstance.Output> Request([ActivityTrigger] string instanceId) => script.NextAsync<RequestInstance.Output>(nameof(RequestInstance));

    [Function(nameof(CreateVirtualMachine))]
    public Task<Uri?> Create([ActivityTrigger] string instanceId) => script.NextAsync<Uri?>(nameof(CreateVirtualMachine));

    [Function(nameof(RegisterInstance))]
    public Task<bool> Register([ActivityTrigger] RegisterInstance.Input input) => script.NextAsync<bool>(nameof(RegisterInstance));

    [Function(nameof(ReportCreationFailure))]
    public async Task ReportCreation([ActivityTrigger] ReportCreationFailure.Input input) => await script.NextAsync<object?>(nameof(ReportCreationFailure));

    [Function(nameof(BeginInstanceRemoval))]
    public Task<string?> Remove([ActivityTrigger] BeginInstanceRemoval.Input input) => script.NextAsync<string?>(nameof(BeginInstanceRemoval));

    [Function(nameof(DeleteVirtualMachine))]
    public Task<Uri?> Delete([ActivityTrigger] string resourceId) => script.NextAsync<Uri?>(nameof(DeleteVirtualMachine));

    [Function(nameof(CompleteInstanceRemoval))]
    public async Task Removed([ActivityTrigger] CompleteInstanceRemoval.Input input) => await script.NextAsync<object?>(nameof(CompleteInstanceRemoval));

    [Function(nameof(TakeTurn))]
    public Task<long?> Turn([ActivityTrigger] BoxOperation input) => script.NextAsync<long?>(nameof(TakeTurn));

    [Function(nameof(RecordTagUpdate))]
    public static void RecordTags([ActivityTrigger] string volumeId)
    {
        // Nobody waits for the tags.
    }

    [Function(nameof(UpdateAndAttach))]
    public Task<Uri?> Attach([ActivityTrigger] UpdateAndAttach.Input input) => script.NextAsync<Uri?>(nameof(UpdateAndAttach));

    [Function(nameof(StartQemu))]
    public Task<InstanceAnswer> Start([ActivityTrigger] StartQemu.Input input) => script.NextAsync<InstanceAnswer>(nameof(StartQemu));

    [Function(nameof(ReadBanner))]
    public Task<string> Banner([ActivityTrigger] ReadBanner.Input input) => script.NextAsync<string>(nameof(ReadBanner));

    [Function(nameof(CompleteConnect))]
    public Task<CompleteConnect.Outcome> Complete([ActivityTrigger] CompleteConnect.Input input) =>
        script.NextAsync<CompleteConnect.Outcome>(nameof(CompleteConnect));

    [Function(nameof(ReportFailure))]
    public async Task Report([ActivityTrigger] ReportFailure.Input input) => await script.NextAsync<object?>(nameof(ReportFailure));

    [Function(nameof(CheckOperation))]
    public Task<OperationState> Check([ActivityTrigger] Uri input) => script.NextAsync<OperationState>(nameof(CheckOperation));

    [Function(nameof(RecordAttachOutcome))]
    public Task<RecordAttachOutcome.Duty> Outcome([ActivityTrigger] RecordAttachOutcome.Input input) =>
        script.NextAsync<RecordAttachOutcome.Duty>(nameof(RecordAttachOutcome));

    [Function(nameof(BeginHold))]
    public Task<BeginHold.Output?> Hold([ActivityTrigger] BeginHold.Input input) => script.NextAsync<BeginHold.Output?>(nameof(BeginHold));

    [Function(nameof(PauseQemu))]
    public Task<InstanceAnswer> Pause([ActivityTrigger] PauseQemu.Input input) => script.NextAsync<InstanceAnswer>(nameof(PauseQemu));

    [Function(nameof(BeginRelease))]
    public Task<BeginRelease.Output?> Begin([ActivityTrigger] BeginRelease.Input input) =>
        script.NextAsync<BeginRelease.Output?>(nameof(BeginRelease));

    [Function(nameof(StopQemu))]
    public Task<InstanceAnswer> Stop([ActivityTrigger] StopQemu.Input input) => script.NextAsync<InstanceAnswer>(nameof(StopQemu));

    [Function(nameof(DetachVolume))]
    public Task<Uri?> Detach([ActivityTrigger] DetachVolume.Input input) => script.NextAsync<Uri?>(nameof(DetachVolume));

    [Function(nameof(ConfirmDetached))]
    public Task<bool> Confirm([ActivityTrigger] ConfirmDetached.Input input) => script.NextAsync<bool>(nameof(ConfirmDetached));

    [Function(nameof(CompleteRelease))]
    public Task<BoxState> Release([ActivityTrigger] CompleteRelease.Input input) => script.NextAsync<BoxState>(nameof(CompleteRelease));

    [Function(nameof(BeginDelete))]
    public Task<BeginDelete.Output?> BeginDeletion([ActivityTrigger] BoxOperation input) => script.NextAsync<BeginDelete.Output?>(nameof(BeginDelete));

    [Function(nameof(LeaveInstance))]
    public static void Leave([ActivityTrigger] LeaveInstance.Input input)
    {
        // Nothing comes back.
    }

    [Function(nameof(DeleteVolume))]
    public Task<DeleteVolume.Output> DeleteDisk([ActivityTrigger] DeleteVolume.Input input) => script.NextAsync<DeleteVolume.Output>(nameof(DeleteVolume));

    [Function(nameof(CompleteDelete))]
    public static void Remove([ActivityTrigger] CompleteDelete.Input input)
    {
        // Nothing comes back.
    }

    [Function(nameof(ReportDeleteFailure))]
    public static void ReportDelete([ActivityTrigger] ReportDeleteFailure.Input input)
    {
        // Nobody reads it.
    }
}
