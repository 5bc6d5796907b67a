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

    internal bool IsOfOperation => Effect is FaultEffect.FailOperation or FaultEffect.FailOperationAtEnd or FaultEffect.DelayOperation
        or FaultEffect.HangOperation or FaultEffect.HideDisk;

    private static bool Matches(string pattern, string text) => pattern == "*" || Regex.IsMatch(
        text,
        "^" + Regex.Escape(pattern).Replace("\\*", ".*", StringComparison.Ordinal) + "$",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);
}
