using Azure;
using Azure.Core;

namespace Shellbox.Benchmarks.Connect;

/// <summary>
/// How the .NET SDK polls a long-running operation with <c>WaitUntil.Completed</c>: 1, 1, 1, 2, 4, 8, 16, 32 s, or the Retry-After if that is longer
/// (Azure.Core's sequential strategy, measured with ARM 1.7.0). On a scaled clock the ladder has to be divided too, or the old flow would look worse than it was.
/// </summary>
internal sealed class ScaledLadder(double timeScale) : DelayStrategy(maxDelay: TimeSpan.FromSeconds(32), jitterFactor: 0)
{
    private static readonly int[] Seconds = [1, 1, 1, 2, 4, 8, 16, 32];

    protected override TimeSpan GetNextDelayCore(Response? response, int retryNumber) =>
        TimeSpan.FromSeconds(Seconds[Math.Clamp(retryNumber, 1, Seconds.Length) - 1] / timeScale);
}
