using Shellbox.Tests.Connect;
using Shellbox.Tests.Creation;
using Shellbox.Tests.Deletion;
using Shellbox.Tests.Durable.Crash;
using Shellbox.Tests.Fixtures;
using Shellbox.Tests.Guest;
using Shellbox.Tests.Reconciliation;
using Shellbox.Tests.Resilience;
using Xunit;
using Xunit.Sdk;
using Xunit.v3;

[assembly: TestCollectionOrderer(typeof(LongestFirst))]

namespace Shellbox.Tests.Fixtures;

/// <summary>
/// Begins with the classes that take longest: one that began last would run alone at the end, with a processor idle beside it.
/// </summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    private static readonly string[] Longest =
    [
        typeof(CrashTests).FullName!,
        typeof(SqliteKillTests).FullName!,
        typeof(KillTests).FullName!,
        typeof(DeleteBoxTests).FullName!,
        typeof(SavedStateTests).FullName!,
        typeof(CreateBoxTests).FullName!,
        typeof(DeadInstanceTests).FullName!,
        typeof(ReconcilerTests).FullName!,
        typeof(ActivityFaultTests).FullName!,
        typeof(InstanceLifeTests).FullName!,
        typeof(ChaosTests).FullName!,
        typeof(BootedKernelTests).FullName!,
        typeof(FaultAtEachStepTests).FullName!,
    ];

    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection =>
        [
            .. testCollections.OrderBy(c =>
                Array.FindIndex(Longest, name => c.TestCollectionDisplayName.Contains(name, StringComparison.Ordinal)) is var place and >= 0
                    ? place
                    : Longest.Length
            ),
        ];
}
