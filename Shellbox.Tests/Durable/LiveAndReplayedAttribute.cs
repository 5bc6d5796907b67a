using System.Reflection;
using Xunit;
using Xunit.Sdk;
using Xunit.v3;

namespace Shellbox.Tests.Durable;

/// <summary>
/// Runs a test twice: with orchestrators that stay in memory between their turns (false), and replayed from the start in each (true).
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class LiveAndReplayedAttribute : DataAttribute
{
    public override ValueTask<IReadOnlyCollection<ITheoryDataRow>> GetData(MethodInfo testMethod, DisposalTracker disposalTracker) =>
        new([new TheoryDataRow<bool>(false), new TheoryDataRow<bool>(true)]);

    public override bool SupportsDiscoveryEnumeration() => true;
}
