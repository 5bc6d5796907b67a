namespace Shellbox.Activities.Creation;

/// <summary>What one user may have. Requests that come within the same moment are counted one after the other.</summary>
public sealed record QuotaOptions
{
    /// <summary>Boxes, in whatever state.</summary>
    public int Boxes { get; init; } = 10;

    /// <summary>
    /// Boxes whose guest is in an instance's memory, or about to be: those that connect, run, or are held after their last session. A
    /// connect to one of these is never refused.
    /// </summary>
    public int RunningBoxes { get; init; } = 5;
}
