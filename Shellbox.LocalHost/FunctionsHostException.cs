namespace Shellbox.LocalHost;

/// <summary>The host cannot start or go on; the message names every fault, for people.</summary>
public sealed class FunctionsHostException : Exception
{
    public FunctionsHostException(IReadOnlyList<string> faults)
        : base(string.Join("\n", faults)) => Faults = faults;

    internal FunctionsHostException(string fault, Exception inner)
        : base(fault, inner) => Faults = [fault];

    /// <summary>One sentence each.</summary>
    public IReadOnlyList<string> Faults { get; }
}
