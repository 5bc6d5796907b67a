using System.Collections.Frozen;
using Shellbox.Activities.Connect;
using Shellbox.Activities.Instances;
using Shellbox.Activities.Operations;
using Shellbox.Functions.Connect;
using Shellbox.Functions.Deletion;
using Shellbox.Functions.Pool;
using Shellbox.Functions.Release;

namespace Shellbox.Functions.Operations;

/// <summary>Which of the app's own failures an activity or an orchestration has ended with.</summary>
internal static class Failures
{
    private static readonly FrozenDictionary<string, Type> Own = new[]
    {
        typeof(ConnectFailedException),
        typeof(DeleteFailedException),
        typeof(InstanceFaultException),
        typeof(InstanceGoneException),
        typeof(InstanceUnreachableException),
        typeof(OperationSupersededException),
        typeof(PoolStepException),
        typeof(StepFailedException),
        typeof(VolumeAttachedElsewhereException),
        typeof(VolumeHeldException),
    }.ToFrozenDictionary(t => t.Name, StringComparer.Ordinal);

    /// <summary>
    /// By the bare name: a history has the namespace of the build that wrote it, and <c>IsCausedBy</c> knows only
    /// the one of this build.
    /// </summary>
    public static bool Is<T>(this TaskFailureDetails failure)
        where T : Exception => Is<T>(failure.ErrorType);

    /// <inheritdoc cref="Is{T}(TaskFailureDetails)"/>
    public static bool Is<T>(string? errorType)
        where T : Exception =>
        errorType is not null
        && Own.TryGetValue(errorType[(errorType.LastIndexOf('.') + 1)..], out var type)
        && typeof(T).IsAssignableFrom(type);

    /// <summary>What an activity, or the orchestrator itself, has failed with, in one line.</summary>
    public static string Reason(this Exception e) =>
        (e is TaskFailedException failed ? failed.FailureDetails.ErrorMessage : e.Message).FirstLine();
}
