using System.Text.RegularExpressions;

namespace Shellbox.AzureSimulator.Faults;

/// <summary>A fault to inject: into which calls, how often, and what it does.</summary>
public sealed record Fault
{
    /// <summary>What happens.</summary>
    public required FaultEffect Effect { get; init; }

    /// <summary>The operation id of the REST reference, such as <c>VirtualMachines_Update</c>; <c>*</c> stands for any text.</summary>
    public string Operation { get; init; } = "*";

    /// <summary>The name of the resource in the URL; <c>*</c> stands for any text.</summary>
    public string Resource { get; init; } = "*";

    /// <summary>How many calls are hit before the fault is used up; null is no end.</summary>
    public int? Count { get; init; } = 1;

    /// <summary>The share of matching calls that is hit, from 0 to 1; which ones depends on the simulator's seed.</summary>
    public double Share { get; init; } = 1;

    /// <summary>The HTTP status of <see cref="FaultEffect.FailCall"/>.</summary>
    public int Status { get; init; } = 500;

    /// <summary>The error code of a failed call or operation.</summary>
    public string Code { get; init; } = "InternalServerError";

    /// <summary>The error message of a failed call or operation.</summary>
    public string Message { get; init; } = "The server encountered an internal error. Please retry the request.";

    /// <summary>Simulated time, for the effects that delay; Retry-After for a failed call.</summary>
    public TimeSpan? Delay { get; init; }

    internal bool Hits(string operation, string resource) => Matches(Operation, operation) && Matches(Resource, resource);

    internal bool IsOfOperation =>
        Effect
            is FaultEffect.FailOperation
                or FaultEffect.FailOperationAtEnd
                or FaultEffect.DelayOperation
                or FaultEffect.HangOperation
                or FaultEffect.HideDisk;

    /// <summary>Whether it makes sense for a call: only reads are stale, only VMs have a machine.</summary>
    internal bool Suits(string operation, bool isRead) =>
        Effect switch
        {
            FaultEffect.StaleRead => isRead,
            FaultEffect.CrashInstance or FaultEffect.RefuseSsh or FaultEffect.KillQemu => operation.StartsWith(
                "VirtualMachines_",
                StringComparison.Ordinal
            ),
            _ => true,
        };

    /// <exception cref="ArgumentException">A member is out of its range.</exception>
    internal void Check()
    {
        Require(Enum.IsDefined(Effect), $"Effect {Effect} is none.");
        Require(Operation.Length > 0 && Resource.Length > 0, "Operation and Resource are patterns; '*' matches everything.");
        Require(Count is null or > 0, $"Count is {Count}; it is a number above 0, or null for no end.");
        Require(Share is >= 0 and <= 1, $"Share is {Share}; it is a number from 0 to 1.");
        Require(Status is >= 400 and <= 599, $"Status is {Status}; a failed call has one from 400 to 599.");
        Require(Delay is null || Delay >= TimeSpan.Zero, $"Delay is {Delay}; it is not negative.");
        Require(Delay is not null || Effect is not (FaultEffect.DelayCall or FaultEffect.DelayOperation), $"{Effect} needs a Delay.");
        return;

        static void Require(bool condition, string message)
        {
            if (!condition)
                throw new ArgumentException(message, (string?)null);
        }
    }

    private static bool Matches(string pattern, string text) =>
        pattern == "*"
        || Regex.IsMatch(
            text,
            "^" + Regex.Escape(pattern).Replace("\\*", ".*", StringComparison.Ordinal) + "$",
            RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking
        );
}
