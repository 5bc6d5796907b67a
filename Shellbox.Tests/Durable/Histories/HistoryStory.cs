using Microsoft.Extensions.Time.Testing;
using Shellbox.Activities;
using Shellbox.Activities.Azure;
using Shellbox.Activities.Configuration;
using Shellbox.Activities.Qemu;
using Shellbox.Activities.State;
using Shellbox.Functions.Orchestrations;

namespace Shellbox.Tests.Durable.Histories;

/// <summary>How the histories of a folder came about: what was started, what the activities answered, what came from outside.</summary>
/// <param name="Name">The folder.</param>
/// <param name="Orchestrators">Whose histories they are.</param>
/// <param name="Activities">What answered them while they were recorded; a replay has no need of it.</param>
/// <param name="Script">The answers.</param>
/// <param name="Run">What was done to the host.</param>
internal sealed record HistoryStory(string Name, Type[] Orchestrators, Type[] Activities, Script Script, Func<TestHost, FakeTimeProvider, Task> Run)
{
    private const string UserId = "0123456789abcdef0123456789abcdef";
    private const string Disk = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/disks/volume-1";

    private static readonly Type[] Basic = [typeof(HistoryFunctions)];
    private static readonly Type[] App =
    [
        typeof(ConnectOrchestration), typeof(ReleaseOrchestration), typeof(WatchAttachOrchestration),
        typeof(CreateInstanceOrchestration), typeof(RemoveInstanceOrchestration),
    ];
    private static readonly Placement Instance = new("vm-7", "10.0.0.7", "SHA256:host", "/subscriptions/s/resourceGroups/g/vms/vm-7", 0);
    private static readonly Placement OtherInstance = new("vm-8", "10.0.0.8", "SHA256:other", "/subscriptions/s/resourceGroups/g/vms/vm-8", 0);
    private static readonly Uri ArmOperation = new("https://arm.example/operations/1");
    private static readonly OperationState InProgress = new("InProgress", null, null, TimeSpan.FromSeconds(3));
    private static readonly OperationState Succeeded = new("Succeeded", null, null, null);

    public static IReadOnlyList<HistoryStory> All { get; } =
    [
        new("everything", Basic, [typeof(HistoryActivities)], new Script(), async (host, time) =>
        {
            var id = await host.StartAsync("Everything", "in", "everything");
            await AdvanceUntilAsync(host, time, id, "\"waiting\"");
            await host.Client.SuspendInstanceAsync(id, "pause", TestLimit.Token);
            await host.QuietAsync();
            await host.Client.RaiseEventAsync(id, "go", "while suspended", TestLimit.Token);
            await host.Client.ResumeInstanceAsync(id, "on", TestLimit.Token);
        }),
        new("loop", Basic, [typeof(HistoryActivities)], new Script(), async (host, _) =>
        {
            var id = await host.StartAsync("Loop", 0, "loop");
            foreach (var item in (string[])["a", "b", "c", "d"])
                await host.Client.RaiseEventAsync(id, "Item", item, TestLimit.Token);
        }),
        new("connect-cold", App, [typeof(ConnectStandIns)], Cold(), ConnectAsync),
        new(
            "connect-hot-after-a-release",
            App,
            [typeof(ConnectStandIns)],
            Cold()
                .On(nameof(TakeTurn), null, null, 2L)
                .On(nameof(LookUpVolume), new BoxVolume("volume-1", Disk, "vm-7"))
                .On(nameof(StartQemu), Answer(started: false)),
            (host, _) => ConnectAsync(host, queued: true)),
        new(
            "connect-undone",
            App,
            [typeof(ConnectStandIns)],
            Cold().On(nameof(StartQemu), new StepFailedException("the volume cannot be mounted (instance vm-7)")),
            ConnectAsync),
        new(
            "connect-goes-on-with-another-instance",
            App,
            [typeof(ConnectStandIns)],
            Cold()
                .On(nameof(ClaimInstance), Instance, OtherInstance)
                .On(nameof(StartQemu), [.. Enumerable.Repeat(new InstanceUnreachableException("vm-7 does not answer SSH."), 4), Answer(started: true)]),
            ConnectAsync),
        new(
            "connect-of-a-volume-that-was-left-elsewhere",
            App,
            [typeof(ConnectStandIns)],
            Cold()
                .On(nameof(UpdateAndAttach), new VolumeHeldException("The volume volume-1 is attached to vm-8."), ArmOperation)
                .On(nameof(FindHolder), new FindHolder.Output("vm-8", null, "the instance is claimed by another box"), new FindHolder.Output("vm-8", OtherInstance, null)),
            ConnectAsync),
        new(
            "connect-of-a-volume-that-stays-elsewhere",
            App,
            [typeof(ConnectStandIns)],
            Cold()
                .On(nameof(UpdateAndAttach), new VolumeHeldException("The volume volume-1 is attached to vm-8."))
                .On(nameof(FindHolder), new FindHolder.Output("vm-8", null, "that VM is not registered as an instance")),
            ConnectAsync),
        new(
            "connect-from-an-empty-pool",
            App,
            [typeof(ConnectStandIns)],
            Cold()
                .On(nameof(ClaimInstance), null, null, null, Instance)
                .On(nameof(RequestInstance), new RequestInstance.Output(true, "", TimeSpan.FromMinutes(15)))
                .On(nameof(CreateVirtualMachine), ArmOperation)
                .On(nameof(RegisterInstance), false, true),
            ConnectAsync),
        new(
            "instance-creation-undone",
            App,
            [typeof(ConnectStandIns)],
            Cold()
                .On(nameof(CreateVirtualMachine), ArmOperation)
                .On(nameof(CheckOperation), new OperationState("Failed", "AllocationFailed", "no capacity", null), InProgress, Succeeded)
                .On(nameof(ReportCreationFailure), [null])
                .On(nameof(BeginInstanceRemoval), "/subscriptions/s/resourceGroups/g/vms/vm-new")
                .On(nameof(DeleteVirtualMachine), new InvalidOperationException("409: another operation is under way"), ArmOperation)
                .On(nameof(CompleteInstanceRemoval), [null]),
            async (host, _) => await host.StartAsync(
                nameof(CreateInstanceOrchestration),
                new CreateInstanceOrchestration.Input("vm-new", TimeSpan.FromMinutes(15), TimeSpan.FromSeconds(2)), "create-vm-new")),
        AttachFails(),
        new("release", App, [typeof(ConnectStandIns)], Cold(), async (host, _) =>
            await host.StartAsync(nameof(ReleaseOrchestration), Release("release-1"), "release-1")),
        new(
            "release-after-a-hold",
            App,
            [typeof(ConnectStandIns)],
            Cold()
                .On(nameof(BeginHold), new BeginHold.Output(3, Instance))
                .On(nameof(PauseQemu), Answer(started: false)),
            async (host, _) => await host.StartAsync(nameof(ReleaseOrchestration), Release("release-3", holdSeconds: 5), "release-3")),
        new(
            "prewarm-held",
            App,
            [typeof(ConnectStandIns)],
            Cold()
                .On(nameof(CompleteConnect), CompleteConnect.Outcome.Hold)
                .On(nameof(BeginHold), [null]),
            ConnectAsync),
        new(
            "release-of-an-instance-that-does-not-answer",
            App,
            [typeof(ConnectStandIns)],
            Cold()
                .On(nameof(StopQemu), new InstanceUnreachableException("vm-7 does not answer SSH."))
                .On(nameof(DetachVolume), new InvalidOperationException("409: another operation is under way"), null)
                .On(nameof(ConfirmDetached), true),
            async (host, _) => await host.StartAsync(nameof(ReleaseOrchestration), Release("release-2"), "release-2")),
        new(
            "delete",
            [typeof(DeleteOrchestration)],
            [typeof(ConnectStandIns)],
            Deletion().On(nameof(DeleteVolume), new DeleteVolume.Output(false, ArmOperation), new DeleteVolume.Output(true, null)),
            DeleteAsync),
        new(
            "delete-that-fails",
            [typeof(DeleteOrchestration)],
            [typeof(ConnectStandIns)],
            Deletion().On(nameof(DeleteVolume), new StepFailedException("ARM refused to delete the disk volume-1.")),
            DeleteAsync),
    ];

    public override string ToString() => Name;

    private static HistoryStory AttachFails()
    {
        // ARM's failure comes while the instance still waits for the disk.
        var reported = new TaskCompletionSource();
        return new HistoryStory(
            "connect-attach-fails",
            App,
            [typeof(ConnectStandIns)],
            Cold()
                .On(nameof(CheckOperation), new OperationState("Failed", "AttachDiskWhileBeingDetached", "the disk is busy", null), InProgress, Succeeded)
                .On(nameof(RecordAttachOutcome), RecordAttachOutcome.Duty.Wait, RecordAttachOutcome.Duty.Nothing)
                .On(nameof(StartQemu), Function(async () =>
                {
                    await reported.Task;
                    return Answer(started: true);
                }))
                .On(nameof(ReportFailure), Function(() =>
                {
                    reported.TrySetResult();
                    return Task.FromResult<object?>(null);
                })),
            ConnectAsync);
    }

    private static Func<Task<object?>> Function(Func<Task<object?>> function) => function;

    private static Script Cold() => new Script()
        .On(nameof(LookUpVolume), new InvalidOperationException("503"), new BoxVolume("volume-1", Disk, null))
        .On(nameof(ClaimInstance), null, Instance)
        .On(nameof(RequestInstance), new RequestInstance.Output(false, "Growth is off.", TimeSpan.FromMinutes(15)))
        .On(nameof(UpdateAndAttach), new InvalidOperationException("409"), ArmOperation)
        .On(nameof(CheckOperation), InProgress, Succeeded)
        .On(nameof(RecordAttachOutcome), RecordAttachOutcome.Duty.Nothing)
        .On(nameof(StartQemu), Answer(started: true))
        .On(nameof(ReadBanner), "SSH-2.0-dropbear")
        .On(nameof(CompleteConnect), CompleteConnect.Outcome.Stay)
        .On(nameof(ReportFailure), [null])
        .On(nameof(BeginRelease), new BeginRelease.Output(3, Instance, new BoxVolume("volume-1", Disk, "vm-7")))
        .On(nameof(StopQemu), Answer(started: false))
        .On(nameof(DetachVolume), ArmOperation)
        .On(nameof(ConfirmDetached), false, true)
        .On(nameof(CompleteRelease), BoxState.Stopped);

    private static Script Deletion() => Cold()
        .On(nameof(BeginDelete), new BeginDelete.Output(Instance, new BoxVolume("volume-1", Disk, "vm-7")));

    private static async Task DeleteAsync(TestHost host, FakeTimeProvider time) => await host.StartAsync(
        nameof(DeleteOrchestration),
        new DeleteInput(new BoxOperation(UserId, "dev33", "delete-1", 4), new ConnectOptions(), TimeSpan.FromSeconds(2)),
        "delete-1");

    private static InstanceAnswer Answer(bool started) => new()
    {
        Ok = true,
        Started = started,
        Port = 2222,
        HostKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA",
        Steps = [new InstanceStep("wait-for-disk", new DateTimeOffset(2026, 1, 1, 0, 0, 3, TimeSpan.Zero), 1.5)],
    };

    private static Task ConnectAsync(TestHost host, FakeTimeProvider time) => ConnectAsync(host, queued: false);

    private static async Task ConnectAsync(TestHost host, bool queued) => await host.StartAsync(
        nameof(ConnectOrchestration),
        new ConnectInput(
            new BoxOperation(UserId, "dev33", "connect-1", 1),
            queued,
            new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero),
            new ConnectOptions(),
            TimeSpan.FromSeconds(2)),
        "connect-1");

    private static ReleaseInput Release(string id, int holdSeconds = 0) =>
        new(UserId, "dev33", id, 3, id, "Disconnected.", null, TimeSpan.FromSeconds(holdSeconds), Save: true, new ConnectOptions(), TimeSpan.FromSeconds(2));

    private static async Task AdvanceUntilAsync(TestHost host, FakeTimeProvider time, string id, string customStatus)
    {
        while ((await host.LookAsync(id)).SerializedCustomStatus != customStatus)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await host.QuietAsync();
        }
    }
}
